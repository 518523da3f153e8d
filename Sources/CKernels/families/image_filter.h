// Separable filters of images.

// Along the innermost direction but the channels, `n` of them: a constant where this is inlined.
INLINE void filter_pixels(const LoamFilter *f, const int64_t n) {
  for (int64_t o = 0; o < f->outer; o++) {
    const float *row = f->input + o * f->in_count * n;
    float *out = f->output + o * f->out_count * n;
    for (int64_t p = 0; p < f->out_count; p++, out += n) {
      const float *in = row + f->start[p] * n, *weights = f->weights + p * f->taps;
      float sum[4] = {0};
      for (int64_t t = 0; t < f->taps; t++, in += n) {
        // What is not part of the sum may be NaN.
        if (weights[t] == 0) continue;
        for (int64_t k = 0; k < n; k++) sum[k] = FUSED(weights[t], in[k], sum[k]);
      }
      for (int64_t k = 0; k < n; k++) out[k] = sum[k];
    }
  }
}

static void filter(const LoamFilter *f) {
  switch (f->inner) {
    case 1: filter_pixels(f, 1); return;
    case 3: filter_pixels(f, 3); return;
    case 4: filter_pixels(f, 4); return;
  }
  for (int64_t o = 0; o < f->outer; o++)
    for (int64_t p = 0; p < f->out_count; p++) {
      float *out = f->output + (o * f->out_count + p) * f->inner;
      const float *in = f->input + (o * f->in_count + f->start[p]) * f->inner;
      for (int64_t i = 0; i < f->inner; i++) out[i] = 0;
      for (int64_t t = 0; t < f->taps; t++) {
        const float weight = f->weights[p * f->taps + t];
        if (weight == 0) continue;
        for (int64_t i = 0; i < f->inner; i++) out[i] = FUSED(weight, in[t * f->inner + i], out[i]);
      }
    }
}
