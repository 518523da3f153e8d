// Samples an image [height, width, channels] by an affine map from output to source pixels. What is outside the image is a
// constant, the nearest pixel of the edge, the image mirrored at the centres of its edge pixels, or the image repeated.

INLINE int64_t inside_index(int64_t i, int64_t n, int mode) {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case LOAM_FILL_EDGE: return i < 0 ? 0 : n - 1;
    case LOAM_FILL_WRAP: { int64_t m = i % n; return m < 0 ? m + n : m; }
    case LOAM_FILL_REFLECT: {
      if (n == 1) return 0;
      int64_t period = 2 * (n - 1), m = i % period;
      if (m < 0) m += period;
      return m < n ? m : period - m;
    }
    default: return -1;
  }
}

// The source pixel at a position that may be outside; null where it is the constant.
INLINE const float *pixel_or_null(const LoamWarp *w, int64_t row, int64_t column) {
  row = inside_index(row, w->height, w->fill_mode);
  column = inside_index(column, w->width, w->fill_mode);
  return row < 0 || column < 0 ? 0 : w->input + (row * w->width + column) * w->channels;
}

INLINE void put_pixel(const LoamWarp *w, const float *from, float *out) {
  for (int64_t k = 0; k < w->channels; k++) out[k] = from ? from[k] : w->fill;
}

// Integer maps: whole runs of a row are copied.
static void warp_exact(const LoamWarp *w) {
  const int64_t a = (int64_t)w->map[0], b = (int64_t)w->map[1], c = (int64_t)w->map[2];
  const int64_t d = (int64_t)w->map[3], e = (int64_t)w->map[4], f = (int64_t)w->map[5];
  const int64_t n = w->channels;
  for (int64_t r = 0; r < w->out_height; r++) {
    float *out = w->output + r * w->out_width * n;
    int64_t row = a * r + c, column = d * r + f, first = 0, last = w->out_width;
    // The columns whose source is inside, [first, last): one of b and e is 0, the other 1 or -1.
    const int64_t step = b ? b : e, at = b ? row : column, limit = b ? w->height : w->width, other = b ? column : row;
    if (other < 0 || other >= (b ? w->width : w->height)) last = 0;
    else if (step > 0) { first = at < 0 ? -at : 0; last = limit - at < last ? limit - at : last; }
    else { first = at >= limit ? at - limit + 1 : 0; last = at + 1 < last ? at + 1 : last; }
    if (last < first) last = first = first < w->out_width ? first : w->out_width;
    for (int64_t x = 0; x < first; x++) put_pixel(w, pixel_or_null(w, row + b * x, column + e * x), out + x * n);
    const float *from = w->input + ((row + b * first) * w->width + column + e * first) * n;
    if (!b && e > 0) memcpy(out + first * n, from, (size_t)((last - first) * n) * sizeof(float));
    else {
      const int64_t stride = (b * w->width + e) * n;
      float *to = out + first * n;
      if (n == 1) for (int64_t x = first; x < last; x++, from += stride) *to++ = *from;
      else if (n == 3) for (int64_t x = first; x < last; x++, from += stride, to += 3) { to[0] = from[0]; to[1] = from[1]; to[2] = from[2]; }
      else for (int64_t x = first; x < last; x++, from += stride) for (int64_t k = 0; k < n; k++) *to++ = from[k];
    }
    for (int64_t x = last; x < w->out_width; x++) put_pixel(w, pixel_or_null(w, row + b * x, column + e * x), out + x * n);
  }
}

// Far outside or NaN: no source pixel contributes, and the cast to integer stays defined.
INLINE void keep_finite(double *row, double *column) {
  if (!(*row > -1e9 && *row < 1e9 && *column > -1e9 && *column < 1e9)) *row = *column = -1e8;
}

INLINE void position(const LoamWarp *w, int64_t r, int64_t c, double *row, double *column) {
  *row = w->map[0] * r + w->map[1] * c + w->map[2];
  *column = w->map[3] * r + w->map[4] * c + w->map[5];
}

static void nearest_pixel(const LoamWarp *w, double row, double column, float *out) {
  put_pixel(w, pixel_or_null(w, (int64_t)floor(row + 0.5), (int64_t)floor(column + 0.5)), out);
}

static void bilinear_pixel(const LoamWarp *w, double row, double column, float *out) {
  double top = floor(row), left = floor(column);
  float down = (float)(row - top), right = (float)(column - left);
  const float weight[4] = {(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right};
  for (int64_t k = 0; k < w->channels; k++) out[k] = 0;
  for (int corner = 0; corner < 4; corner++) {
    const float *from = pixel_or_null(w, (int64_t)top + (corner >> 1), (int64_t)left + (corner & 1));
    for (int64_t k = 0; k < w->channels; k++) out[k] = FUSED(weight[corner], from ? from[k] : w->fill, out[k]);
  }
}

// The weights of four neighbours: R. Keys, "Cubic convolution interpolation", 1981, with a = -1/2.
INLINE void cubic_weights(float t, float weight[4]) {
  const float u = 1 - t;
  weight[0] = -0.5f * t * u * u;
  weight[1] = 1 + t * t * (1.5f * t - 2.5f);
  weight[2] = 1 + u * u * (1.5f * u - 2.5f);
  weight[3] = -0.5f * u * t * t;
}

static void bicubic_pixel(const LoamWarp *w, double row, double column, float *out) {
  double top = floor(row), left = floor(column);
  float rows[4], columns[4];
  cubic_weights((float)(row - top), rows);
  cubic_weights((float)(column - left), columns);
  for (int64_t k = 0; k < w->channels; k++) out[k] = 0;
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 4; x++) {
      const float *from = pixel_or_null(w, (int64_t)top + y - 1, (int64_t)left + x - 1);
      for (int64_t k = 0; k < w->channels; k++) out[k] = FUSED(rows[y] * columns[x], from ? from[k] : w->fill, out[k]);
    }
}

// Bilinear interpolation between pixels that are all inside: `n` is a constant where this is inlined.
INLINE void bilinear_run(const LoamWarp *w, int64_t r, int64_t first, int64_t last, float *out, const int64_t n) {
  const int64_t row_size = w->width * n;
  for (int64_t c = first; c < last; c++, out += n) {
    double row, column;
    position(w, r, c, &row, &column);
    // Positions are not negative here.
    const int32_t top = (int32_t)row, left = (int32_t)column;
    const float down = (float)(row - top), right = (float)(column - left);
    const float w0 = (1 - down) * (1 - right), w1 = (1 - down) * right, w2 = down * (1 - right), w3 = down * right;
    const float *a = w->input + top * row_size + left * n, *b = a + row_size;
    for (int64_t k = 0; k < n; k++) out[k] = FUSED(w3, b[n + k], FUSED(w2, b[k], FUSED(w1, a[n + k], FUSED(w0, a[k], 0.f))));
  }
}

static void warp(const LoamWarp *w) {
  if (w->exact) { warp_exact(w); return; }
  void (*const one)(const LoamWarp *, double, double, float *) =
    w->interpolation == LOAM_NEAREST ? nearest_pixel : w->interpolation == LOAM_BICUBIC ? bicubic_pixel : bilinear_pixel;
  for (int64_t r = 0; r < w->out_height; r++) {
    float *out = w->output + r * w->out_width * w->channels;
    int64_t first = w->out_width, last = w->out_width;
    double row, column;
    if (w->interpolation == LOAM_BILINEAR) {
      // The columns whose four neighbours are inside are a run, since positions are linear in the column.
      const double bottom = (double)(w->height - 1), end = (double)(w->width - 1);
#define ALL_INSIDE(c) (position(w, r, c, &row, &column), row >= 0 && row < bottom && column >= 0 && column < end)
      for (first = 0; first < w->out_width && !ALL_INSIDE(first); first++) {}
      for (last = w->out_width; last > first && !ALL_INSIDE(last - 1); last--) {}
#undef ALL_INSIDE
    }
    for (int64_t c = 0; c < w->out_width; c++) {
      if (c == first && first < last) {
        float *to = out + first * w->channels;
        switch (w->channels) {
          case 1: bilinear_run(w, r, first, last, to, 1); break;
          case 3: bilinear_run(w, r, first, last, to, 3); break;
          case 4: bilinear_run(w, r, first, last, to, 4); break;
          default: bilinear_run(w, r, first, last, to, w->channels);
        }
        c = last - 1;
        continue;
      }
      position(w, r, c, &row, &column);
      keep_finite(&row, &column);
      one(w, row, column, out + c * w->channels);
    }
  }
}

static void filter(const LoamFilter *f) {
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
