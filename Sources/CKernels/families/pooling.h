// Pooling of images [n, h, w, c] over windows, which are never in memory, and its gradients. Units are images. Within a window
// the order is that of a reduction: by rows, then by columns.

INLINE int NAME(windows_overlap)(const LoamPooling *p) { return p->stride_h < p->kh || p->stride_w < p->kw; }

// Whether each pixel is in exactly one window.
INLINE int NAME(windows_tile)(const LoamPooling *p) {
  return p->stride_h == p->kh && p->stride_w == p->kw && p->oh * p->kh == p->h && p->ow * p->kw == p->w;
}

// Where a window begins in an image.
INLINE int64_t NAME(window_at)(const LoamPooling *p, int64_t oy, int64_t ox) { return (oy * p->stride_h * p->w + ox * p->stride_w) * p->c; }

static void NAME(pool_sum)(const LoamPooling *p, const TYPE *x, TYPE *restrict y) {
  const int64_t c = p->c;
  for (int64_t oy = 0; oy < p->oh; oy++)
    for (int64_t ox = 0; ox < p->ow; ox++, y += c) {
      const TYPE *from = x + NAME(window_at)(p, oy, ox);
      for (int64_t i = 0; i < c; i++) y[i] = 0;
      for (int64_t ky = 0; ky < p->kh; ky++, from += p->w * c)
        for (int64_t kx = 0; kx < p->kw; kx++) {
          const TYPE *restrict tap = from + kx * c;
          for (int64_t i = 0; i < c; i++) y[i] += tap[i];
        }
    }
}

static void NAME(pool_max)(const LoamPooling *p, const TYPE *x, TYPE *restrict y) {
  const int64_t c = p->c;
  for (int64_t oy = 0; oy < p->oh; oy++)
    for (int64_t ox = 0; ox < p->ow; ox++, y += c) {
      const TYPE *from = x + NAME(window_at)(p, oy, ox);
      for (int64_t i = 0; i < c; i++) y[i] = from[i];
      for (int64_t ky = 0; ky < p->kh; ky++, from += p->w * c)
        for (int64_t kx = ky == 0; kx < p->kw; kx++) {
          const TYPE *restrict tap = from + kx * c;
          for (int64_t i = 0; i < c; i++) y[i] = y[i] > tap[i] || y[i] != y[i] ? y[i] : tap[i];
        }
    }
}

// Each pixel becomes the sum of the windows that it is in. Windows that do not overlap repeat their number: upsampling.
static void NAME(pool_spread)(const LoamPooling *p, const TYPE *g, TYPE *restrict x) {
  const int64_t c = p->c, row = p->w * c;
  const int tiles = NAME(windows_tile)(p);
  if (!tiles) memset(x, 0, (size_t)(p->h * row) * sizeof(TYPE));
  for (int64_t oy = 0; oy < p->oh; oy++) {
    TYPE *restrict first = x + NAME(window_at)(p, oy, 0);
    if (tiles) {
      TYPE *to = first;
      for (int64_t ox = 0; ox < p->ow; ox++, g += c)
        for (int64_t kx = 0; kx < p->kw; kx++, to += c)
          for (int64_t i = 0; i < c; i++) to[i] = g[i];
      for (int64_t ky = 1; ky < p->kh; ky++) memcpy(first + ky * row, first, (size_t)row * sizeof(TYPE));
      continue;
    }
    for (int64_t ox = 0; ox < p->ow; ox++, g += c)
      for (int64_t ky = 0; ky < p->kh; ky++)
        for (int64_t kx = 0; kx < p->kw; kx++) {
          TYPE *restrict to = first + ky * row + (ox * p->stride_w + kx) * c;
          for (int64_t i = 0; i < c; i++) to[i] += g[i];
        }
  }
}

enum { NAME(pool_block) = 64 };

// The gradient of the greatest element: equal ones share it. A window with NaN has no greatest element.
static void NAME(pool_max_spread)(const LoamPooling *p, const TYPE *x, const TYPE *y, const TYPE *g, TYPE *restrict to) {
  const int64_t c = p->c, row = p->w * c;
  const int adds = NAME(windows_overlap)(p);
  if (!NAME(windows_tile)(p)) memset(to, 0, (size_t)(p->h * row) * sizeof(TYPE));
  for (int64_t oy = 0; oy < p->oh; oy++)
    for (int64_t ox = 0; ox < p->ow; ox++, y += c, g += c)
      for (int64_t block = 0; block < c; block += NAME(pool_block)) {
        const int64_t n = c - block < NAME(pool_block) ? c - block : NAME(pool_block), at = NAME(window_at)(p, oy, ox) + block;
        const TYPE *restrict greatest = y + block;
        TYPE share[NAME(pool_block)];
        for (int64_t i = 0; i < n; i++) share[i] = 0;
        for (int64_t ky = 0; ky < p->kh; ky++)
          for (int64_t kx = 0; kx < p->kw; kx++) {
            const TYPE *restrict tap = x + at + ky * row + kx * c;
            for (int64_t i = 0; i < n; i++) share[i] += tap[i] == greatest[i] ? (TYPE)1 : (TYPE)0;
          }
        // A sum with 0, so that there is no -0.
        for (int64_t i = 0; i < n; i++) share[i] = share[i] == 0 ? 0 : g[block + i] / share[i] + 0;
        for (int64_t ky = 0; ky < p->kh; ky++)
          for (int64_t kx = 0; kx < p->kw; kx++) {
            const TYPE *restrict tap = x + at + ky * row + kx * c;
            TYPE *restrict pixel = to + at + ky * row + kx * c;
            if (adds) for (int64_t i = 0; i < n; i++) pixel[i] += tap[i] == greatest[i] ? share[i] : (TYPE)0;
            else for (int64_t i = 0; i < n; i++) pixel[i] = tap[i] == greatest[i] ? share[i] : (TYPE)0;
          }
      }
}

static void NAME(pooling)(const LoamPooling *p, int64_t begin, int64_t end) {
  const int64_t image = p->h * p->w * p->c, pooled = p->oh * p->ow * p->c;
  for (int64_t i = begin; i < end; i++) {
    const TYPE *x = (const TYPE *)p->x + i * image, *y = (const TYPE *)p->y + i * pooled, *g = (const TYPE *)p->g + i * pooled;
    switch (p->kind) {
      case LOAM_POOL_SUM: NAME(pool_sum)(p, x, (TYPE *)p->output + i * pooled); break;
      case LOAM_POOL_MAX: NAME(pool_max)(p, x, (TYPE *)p->output + i * pooled); break;
      case LOAM_POOL_SPREAD: NAME(pool_spread)(p, g, (TYPE *)p->output + i * image); break;
      default: NAME(pool_max_spread)(p, x, y, g, (TYPE *)p->output + i * image);
    }
  }
}
