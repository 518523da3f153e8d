// Operations on single pixels, a row [width, channels] of values 0 to 1 at a time. A fourth channel is opacity: colour
// operations keep it. random.h is included before.

INLINE F32 load16(const float *x) { F32 v; memcpy(&v, x, 64); return v; }
INLINE void store16(float *x, F32 v) { memcpy(x, &v, 64); }
// Comparisons in this order keep NaN and are one instruction each.
INLINE F32 clamp16(F32 x) {
  x = choose(splat(0.f) > x, splat(0.f), x);
  return choose(splat(1.f) < x, splat(1.f), x);
}
INLINE float clamp1(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

// x / 255, correctly rounded: the remainder of a product with the reciprocal corrects it (P. Markstein, "Computation of
// elementary functions on the IBM RISC System/6000 processor", 1990). Without fused multiply-add, a division.
INLINE F32 over_255(F32 x) {
#if LOAM_FMA
  const F32 reciprocal = splat(1 / 255.f), q = x * reciprocal;
  return FUSED(FUSED(-q, splat(255.f), x), reciprocal, q);
#else
  return x / splat(255.f);
#endif
}

static void bytes_to_floats(const uint8_t *from, float *to, int64_t count) {
  typedef uint8_t B __attribute__((vector_size(16), aligned(1)));
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    B b;
    memcpy(&b, from + i, 16);
    store16(to + i, over_255(__builtin_convertvector(b, F32)));
  }
  for (; i < count; i++) to[i] = (float)from[i] / 255.f;
}

// The nearest byte; NaN becomes 0.
static void floats_to_bytes(const float *from, uint8_t *to, int64_t count, float scale) {
  typedef uint8_t B __attribute__((vector_size(16), aligned(1)));
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    F32 v = FUSED(load16(from + i), splat(scale), splat(0.5f));
    v = choose(v > splat(0.f), v, splat(0.f));
    v = choose(v < splat(255.f), v, splat(255.f));
    const B b = __builtin_convertvector(__builtin_convertvector(v, I32), B);
    memcpy(to + i, &b, 16);
  }
  for (; i < count; i++) {
    const float v = FUSED(from[i], scale, 0.5f);
    to[i] = (uint8_t)(v >= 0 ? (v < 255 ? v : 255) : 0);
  }
}

static void levels_to_unit(float *x, int64_t count) { for (int64_t i = 0; i < count; i++) x[i] /= 255.f; }

// Values that depend on the channel, repeated over 48 elements, which is a whole number of pixels for 1, 2, 3 and 4 channels.
INLINE void repeated(const float *values, int64_t channels, float out[48]) {
  switch (channels) {
    case 1: for (int64_t i = 0; i < 48; i++) out[i] = values[0]; break;
    case 3: for (int64_t i = 0; i < 48; i += 3) { out[i] = values[0]; out[i + 1] = values[1]; out[i + 2] = values[2]; } break;
    default: for (int64_t i = 0; i < 48; i += channels) for (int64_t k = 0; k < channels; k++) out[i + k] = values[k];
  }
}

// Calls BODY for 16 elements `v`, of which the first has index j within the 48; a shorter rest is padded.
#define EACH_16(x, count, BODY) \
  for (int64_t i = 0, j = 0; i < (count); i += 16, j = j == 32 ? 0 : j + 16) { \
    const int64_t left = (count) - i; \
    F32 v = (F32){}; \
    if (left >= 16) v = load16((x) + i); else memcpy(&v, (x) + i, (size_t)left * 4); \
    BODY \
    if (left >= 16) store16((x) + i, v); else memcpy((x) + i, &v, (size_t)left * 4); \
  }

static void linear_row(const LoamPoint *p, float *x, int64_t count, int64_t n, int is_bounded) {
  float scales[48], offsets[48];
  repeated(p->a, n, scales);
  repeated(p->a + 4, n, offsets);
  EACH_16(x, count, {
    v = FUSED(v, load16(scales + j), load16(offsets + j));
    if (is_bounded) v = clamp16(v);
  })
}

INLINE void matrix_pixels(const float *a, float *x, int64_t width, const int64_t n) {
  for (int64_t c = 0; c < width; c++, x += n) {
    const float red = x[0], green = x[1], blue = x[2];
    for (int k = 0; k < 3; k++) x[k] = clamp1(FUSED(a[4 * k], red, FUSED(a[4 * k + 1], green, FUSED(a[4 * k + 2], blue, a[4 * k + 3]))));
  }
}

// Sixteen pixels of three channels, in three vectors u, v and w of any element: one channel of all of them, and the way back.
// What a shuffle leaves open, the next one fills.
#define OPEN 0
#define SHUFFLE __builtin_shufflevector
#define REDS(u, v, w) SHUFFLE(SHUFFLE(u, v, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, OPEN, OPEN, OPEN, OPEN, OPEN), w, \
                              0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29)
#define GREENS(u, v, w) SHUFFLE(SHUFFLE(u, v, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, OPEN, OPEN, OPEN, OPEN, OPEN), w, \
                                0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30)
#define BLUES(u, v, w) SHUFFLE(SHUFFLE(u, v, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN), w, \
                               0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31)
#define FIRST_PIXELS(r, g, b) SHUFFLE(SHUFFLE(r, g, 0, 16, OPEN, 1, 17, OPEN, 2, 18, OPEN, 3, 19, OPEN, 4, 20, OPEN, 5), b, \
                                      0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15)
#define MIDDLE_PIXELS(r, g, b) SHUFFLE(SHUFFLE(r, g, 21, OPEN, 6, 22, OPEN, 7, 23, OPEN, 8, 24, OPEN, 9, 25, OPEN, 10, 26), b, \
                                       0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15)
#define LAST_PIXELS(r, g, b) SHUFFLE(SHUFFLE(r, g, OPEN, 11, 27, OPEN, 12, 28, OPEN, 13, 29, OPEN, 14, 30, OPEN, 15, 31, OPEN), b, \
                                     26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31)

static void matrix_triples(const float *a, float *x, int64_t width) {
  int64_t c = 0;
  for (; c + 16 <= width; c += 16, x += 48) {
    const F32 u = load16(x), v = load16(x + 16), w = load16(x + 32);
    const F32 red = REDS(u, v, w), green = GREENS(u, v, w), blue = BLUES(u, v, w);
    F32 out[3];
    UNROLLED for (int k = 0; k < 3; k++) {
      const float *m = a + 4 * k;
      out[k] = clamp16(FUSED(splat(m[0]), red, FUSED(splat(m[1]), green, FUSED(splat(m[2]), blue, splat(m[3])))));
    }
    store16(x, FIRST_PIXELS(out[0], out[1], out[2]));
    store16(x + 16, MIDDLE_PIXELS(out[0], out[1], out[2]));
    store16(x + 32, LAST_PIXELS(out[0], out[1], out[2]));
  }
  matrix_pixels(a, x, width - c, 3);
}

// 1 for colour, 0 for opacity.
INLINE void colour_mask(int64_t n, int32_t mask[48]) { for (int64_t i = 0; i < 48; i++) mask[i] = n == 4 && i % 4 == 3 ? 0 : -1; }
INLINE I32 load_mask(const int32_t *m) { I32 v; memcpy(&v, m, 64); return v; }

static void power_row(float power, float *x, int64_t count, int64_t n) {
  int32_t mask[48];
  colour_mask(n, mask);
  EACH_16(x, count, {
    const F32 y = choose(v > splat(0.f), exp_f32(log_f32(v) * splat(power)), splat(power == 0 ? 1.f : 0.f));
    v = choose(load_mask(mask + j), choose(v != v, v, y), v);
  })
}

INLINE F32 levels16(F32 v) { return __builtin_elementwise_floor(FUSED(clamp16(v), splat(255.f), splat(0.5f))); }

static void levels_row(float step, float *x, int64_t count, int64_t n) {
  int32_t mask[48];
  colour_mask(n, mask);
  EACH_16(x, count, {
    const F32 y = __builtin_elementwise_floor(levels16(v) * splat(1 / step)) * splat(step) * splat(1 / 255.f);
    v = choose(load_mask(mask + j), y, v);
  })
}

static void solarize_row(float threshold, float *x, int64_t count, int64_t n) {
  int32_t mask[48];
  colour_mask(n, mask);
  EACH_16(x, count, { v = choose(load_mask(mask + j) & (v >= splat(threshold)), splat(1.f) - v, v); })
}

// Numbers [count] of a row; those of a row begin at a multiple of 64.
static void random_row(const LoamPoint *p, int kind, float *out, int64_t r, int64_t count) {
  const uint32_t key[3] = {p->key[0], p->key[1], 0};
  const int64_t begin = r * ((count + 63) / 64 * 64);
  const LoamRandom random = {.type = LOAM_F32, .kind = (uint8_t)kind, .place = 0, .key = key, .count = begin + count, .output = out - begin};
  random_f32(&random, begin, begin + count);
}

static void noise_row(const LoamPoint *p, float *x, float *noise, int64_t r, int64_t count, int64_t n) {
  int32_t mask[48];
  colour_mask(n, mask);
  random_row(p, LOAM_NORMAL, noise, r, count);
  const F32 deviation = splat(p->a[0]);
  const int is_speckle = p->kind == LOAM_POINT_SPECKLE;
  EACH_16(x, count, {
    F32 z = (F32){};
    if (left >= 16) z = load16(noise + i); else memcpy(&z, noise + i, (size_t)left * 4);
    const F32 y = FUSED(is_speckle ? v * deviation : deviation, z, v);
    v = choose(load_mask(mask + j), clamp16(y), v);
  })
}

static void impulse_row(const LoamPoint *p, float *x, float *noise, int64_t r, int64_t width, int64_t n) {
  random_row(p, LOAM_UNIFORM, noise, r, width);
  for (int64_t c = 0; c < width; c++) {
    if (noise[c] >= p->a[0] + p->a[1]) continue;
    for (int64_t k = 0; k < (n == 4 ? 3 : n); k++) x[c * n + k] = noise[c] < p->a[0] ? 0 : 1;
  }
}

static void fill_row(const LoamPoint *p, float *x, float *noise, int64_t r, int64_t width, int64_t n) {
  if (r < p->rows[0] || r >= p->rows[1]) return;
  const int64_t side = (int64_t)p->a[5], period = (int64_t)p->a[6];
  if (p->kind == LOAM_POINT_GRID && (r - p->rows[0]) % period >= side) return;
  if (p->a[4] == 1) random_row(p, LOAM_UNIFORM, noise, r, width * n);
  const int64_t first = p->columns[0] > 0 ? p->columns[0] : 0, last = p->columns[1] < width ? p->columns[1] : width;
  for (int64_t c = first; c < last; c++) {
    if (p->kind == LOAM_POINT_GRID && (c - p->columns[0]) % period >= side) continue;
    for (int64_t k = 0; k < n; k++)
      if (!(n == 4 && k == 3)) x[c * n + k] = p->a[4] == 1 ? noise[c * n + k] : p->a[k];
  }
}

// A dropped channel is the fifth value, which is 0. `n` is a constant where this is inlined.
INLINE void order_pixels(const LoamPoint *p, float *x, int64_t width, const int64_t n) {
  int order[4];
  for (int64_t k = 0; k < n; k++) order[k] = p->a[k] < 0 ? 4 : (int)p->a[k];
  for (int64_t c = 0; c < width; c++, x += n) {
    float old[5] = {0};
    for (int64_t k = 0; k < n; k++) old[k] = x[k];
    for (int64_t k = 0; k < n; k++) x[k] = old[order[k]];
  }
}
static void order_row(const LoamPoint *p, float *x, int64_t width, int64_t n) {
  switch (n) {
    case 2: order_pixels(p, x, width, 2); break;
    case 3: order_pixels(p, x, width, 3); break;
    case 4: order_pixels(p, x, width, 4); break;
  }
}

static void point_row(const LoamPoint *p, float *x, float *noise, int64_t r, int64_t width, int64_t n) {
  const int64_t count = width * n;
  switch (p->kind) {
    case LOAM_POINT_LINEAR: linear_row(p, x, count, n, 1); break;
    case LOAM_POINT_UNBOUNDED: linear_row(p, x, count, n, 0); break;
    case LOAM_POINT_MATRIX: if (n == 4) matrix_pixels(p->a, x, width, 4); else if (n == 3) matrix_triples(p->a, x, width); break;
    case LOAM_POINT_POWER: power_row(p->a[0], x, count, n); break;
    case LOAM_POINT_LEVELS: levels_row(p->a[0], x, count, n); break;
    case LOAM_POINT_SOLARIZE: solarize_row(p->a[0], x, count, n); break;
    case LOAM_POINT_NOISE: case LOAM_POINT_SPECKLE: noise_row(p, x, noise, r, count, n); break;
    case LOAM_POINT_IMPULSES: impulse_row(p, x, noise, r, width, n); break;
    case LOAM_POINT_FILL: case LOAM_POINT_GRID: fill_row(p, x, noise, r, width, n); break;
    case LOAM_POINT_ORDER: order_row(p, x, width, n); break;
  }
}
