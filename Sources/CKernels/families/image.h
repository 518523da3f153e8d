// Samples an image [height, width, channels] by an affine map from output to source pixels.

INLINE const float *pixel(const LoamWarp *w, int64_t row, int64_t column) {
  return w->input + (row * w->width + column) * w->channels;
}

static void warp_exact(const LoamWarp *w) {
  float *out = w->output;
  for (int64_t r = 0; r < w->out_height; r++)
    for (int64_t c = 0; c < w->out_width; c++, out += w->channels) {
      int64_t row = (int64_t)(w->map[0] * r + w->map[1] * c + w->map[2]);
      int64_t column = (int64_t)(w->map[3] * r + w->map[4] * c + w->map[5]);
      int inside = row >= 0 && row < w->height && column >= 0 && column < w->width;
      for (int64_t k = 0; k < w->channels; k++) out[k] = inside ? pixel(w, row, column)[k] : w->fill;
    }
}

// Bilinear interpolation. Pixels outside are `fill`.
static void warp(const LoamWarp *w) {
  if (w->exact) { warp_exact(w); return; }
  float *out = w->output;
  for (int64_t r = 0; r < w->out_height; r++)
    for (int64_t c = 0; c < w->out_width; c++, out += w->channels) {
      double row = w->map[0] * r + w->map[1] * c + w->map[2];
      double column = w->map[3] * r + w->map[4] * c + w->map[5];
      // Far outside or NaN: no source pixel contributes, and the cast to integer stays defined.
      if (!(row > -1e9 && row < 1e9 && column > -1e9 && column < 1e9)) row = column = -10;
      double top = floor(row), left = floor(column);
      float down = (float)(row - top), right = (float)(column - left);
      const float weight[4] = {(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right};
      for (int64_t k = 0; k < w->channels; k++) out[k] = 0;
      for (int corner = 0; corner < 4; corner++) {
        int64_t y = (int64_t)top + (corner >> 1), x = (int64_t)left + (corner & 1);
        int inside = y >= 0 && y < w->height && x >= 0 && x < w->width;
        for (int64_t k = 0; k < w->channels; k++)
          out[k] = FUSED(weight[corner], inside ? pixel(w, y, x)[k] : w->fill, out[k]);
      }
    }
}

static void filter(const LoamFilter *f) {
  for (int64_t o = 0; o < f->outer; o++)
    for (int64_t p = 0; p < f->out_count; p++) {
      float *out = f->output + (o * f->out_count + p) * f->inner;
      const float *in = f->input + (o * f->in_count + f->start[p]) * f->inner;
      for (int64_t i = 0; i < f->inner; i++) out[i] = 0;
      for (int64_t t = 0; t < f->taps; t++)
        for (int64_t i = 0; i < f->inner; i++)
          out[i] = FUSED(f->weights[p * f->taps + t], in[t * f->inner + i], out[i]);
    }
}
