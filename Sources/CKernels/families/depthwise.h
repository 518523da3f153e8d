// Convolutions in which every channel has a kernel of its own. There is nothing to share between channels, as tiles do, so
// vectors run over channels, and no image is copied: a tap outside of it is left out. Every element is one chain of fused
// multiply-adds, over taps or over pixels.

static int NAME(is_depthwise)(const LoamConvolution *p) { return p->groups > 1 && p->groups == p->c && p->c == p->oc; }

// y[i] += a[i] b[i]
INLINE void NAME(add_products)(TYPE *restrict y, const TYPE *restrict a, const TYPE *restrict b, int64_t n) {
  for (int64_t i = 0; i < n; i++) y[i] = FUSED(a[i], b[i], y[i]);
}

static void NAME(depthwise_forward)(const LoamConvolution *p, int64_t image) {
  const int64_t c = p->c;
  const TYPE *x = (const TYPE *)p->a + image * p->h * p->w * c, *w = p->b;
  TYPE *y = (TYPE *)p->y + image * p->oh * p->ow * c;
  for (int64_t oy = 0; oy < p->oh; oy++)
    for (int64_t ox = 0; ox < p->ow; ox++, y += c) {
      for (int64_t i = 0; i < c; i++) y[i] = 0;
      for (int64_t ky = 0; ky < p->kh; ky++) {
        const int64_t row = oy * p->stride_h + ky - p->top;
        if (row < 0 || row >= p->h) continue;
        for (int64_t kx = 0; kx < p->kw; kx++) {
          const int64_t column = ox * p->stride_w + kx - p->left;
          if (column >= 0 && column < p->w) NAME(add_products)(y, x + (row * p->w + column) * c, w + (ky * p->kw + kx) * c, c);
        }
      }
    }
}

static void NAME(depthwise_input)(const LoamConvolution *p, int64_t image) {
  const int64_t c = p->c;
  const TYPE *g = (const TYPE *)p->a + image * p->oh * p->ow * c, *w = p->b;
  TYPE *x = (TYPE *)p->y + image * p->h * p->w * c;
  for (int64_t row = 0; row < p->h; row++)
    for (int64_t column = 0; column < p->w; column++, x += c) {
      for (int64_t i = 0; i < c; i++) x[i] = 0;
      for (int64_t ky = 0; ky < p->kh; ky++) {
        const int64_t y = row + p->top - ky;
        if (y < 0 || y % p->stride_h != 0 || y / p->stride_h >= p->oh) continue;
        for (int64_t kx = 0; kx < p->kw; kx++) {
          const int64_t place = column + p->left - kx;
          if (place < 0 || place % p->stride_w != 0 || place / p->stride_w >= p->ow) continue;
          NAME(add_products)(x, g + (y / p->stride_h * p->ow + place / p->stride_w) * c, w + (ky * p->kw + kx) * c, c);
        }
      }
    }
}

// Units are taps.
static void NAME(depthwise_weight)(const LoamConvolution *p, int64_t begin, int64_t end) {
  const int64_t c = p->c;
  memset((TYPE *)p->y + begin * c, 0, (size_t)((end - begin) * c) * sizeof(TYPE));
  for (int64_t image = 0; image < p->n; image++) {
    const TYPE *x = (const TYPE *)p->a + image * p->h * p->w * c, *g = (const TYPE *)p->b + image * p->oh * p->ow * c;
    for (int64_t tap = begin; tap < end; tap++)
      for (int64_t oy = 0; oy < p->oh; oy++) {
        const int64_t row = oy * p->stride_h + tap / p->kw - p->top;
        if (row < 0 || row >= p->h) continue;
        for (int64_t ox = 0; ox < p->ow; ox++) {
          const int64_t column = ox * p->stride_w + tap % p->kw - p->left;
          if (column < 0 || column >= p->w) continue;
          NAME(add_products)((TYPE *)p->y + tap * c, x + (row * p->w + column) * c, g + (oy * p->ow + ox) * c, c);
        }
      }
  }
}

static void NAME(depthwise)(const LoamConvolution *p, int64_t begin, int64_t end) {
  if (p->kind == LOAM_CONVOLUTION_WEIGHT) { NAME(depthwise_weight)(p, begin, end); return; }
  for (int64_t image = begin; image < end; image++) (p->kind == LOAM_CONVOLUTION_FORWARD ? NAME(depthwise_forward) : NAME(depthwise_input))(p, image);
}
