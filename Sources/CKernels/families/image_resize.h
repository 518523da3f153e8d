// Resizing: for each row of the result a filter down the columns, then one along the row.

// ---- Bytes, in integers: the results of the first filter are 64ths of a level in 16 bits, with an error of at most 1/64 of a level for
// four inputs, and 1/16 for 32.

// The sums of the products of neighbouring elements.
typedef int32_t Sums8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t Sums4 __attribute__((vector_size(16), aligned(4)));
typedef int16_t S8 __attribute__((vector_size(16), aligned(2)));
#if LOAM_AVX2
INLINE Sums8 multiply_pairs(S16 a, S16 b) { return (Sums8)__builtin_ia32_pmaddwd256(a, b); }
INLINE Sums4 multiply_four_pairs(S8 a, S8 b) { return (Sums4)__builtin_ia32_pmaddwd128(a, b); }
#else
INLINE Sums8 multiply_pairs(S16 a, S16 b) {
  Sums8 out;
  for (int i = 0; i < 8; i++) out[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return out;
}
INLINE Sums4 multiply_four_pairs(S8 a, S8 b) {
  Sums4 out;
  for (int i = 0; i < 4; i++) out[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return out;
}
#endif

// Four pixels at a time.
typedef int32_t Sums16 __attribute__((vector_size(64), aligned(4)));
typedef int16_t S32 __attribute__((vector_size(64), aligned(2)));
#define ALL_16 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define ALL_32 ALL_16, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
INLINE Sums16 multiply_all_pairs(S32 a, S32 b) {
#if LOAM_AVX512
  return (Sums16)__builtin_ia32_pmaddwd512(a, b);
#else
  const S16 low_a = __builtin_shufflevector(a, a, ALL_16), low_b = __builtin_shufflevector(b, b, ALL_16);
  const S16 high_a = __builtin_shufflevector(a, a, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  const S16 high_b = __builtin_shufflevector(b, b, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  return __builtin_shufflevector(multiply_pairs(low_a, low_b), multiply_pairs(high_a, high_b), ALL_16);
#endif
}
INLINE S32 load_four(const int16_t *a, const int16_t *b, const int16_t *c, const int16_t *d) {
  S8 w, x, y, z;
  memcpy(&w, a, 16);
  memcpy(&x, b, 16);
  memcpy(&y, c, 16);
  memcpy(&z, d, 16);
  return __builtin_shufflevector(__builtin_shufflevector(w, x, ALL_16), __builtin_shufflevector(y, z, ALL_16), ALL_32);
}

typedef uint16_t V32 __attribute__((vector_size(64), aligned(2)));
typedef uint8_t Z32 __attribute__((vector_size(32), aligned(1)));

// The upper half of the products.
INLINE V32 multiply_high_32(V32 a, V32 b) {
#if LOAM_AVX512
  return (V32)__builtin_ia32_pmulhuw512((S32)a, (S32)b);
#elif LOAM_AVX2
  V16 parts[2];
  UNROLLED for (int i = 0; i < 2; i++) {
    V16 x, y;
    memcpy(&x, (const char *)&a + 32 * i, 32);
    memcpy(&y, (const char *)&b + 32 * i, 32);
    parts[i] = (V16)__builtin_ia32_pmulhuw256((S16)x, (S16)y);
  }
  V32 out;
  memcpy(&out, parts, 64);
  return out;
#else
  V32 out;
  for (int i = 0; i < 32; i++) out[i] = (uint16_t)((uint32_t)a[i] * b[i] >> 16);
  return out;
#endif
}

// A weight with 16 bits after the point; 1 is rounded down.
INLINE uint16_t wide_weight(int16_t weight) { return (uint16_t)((weight << 2) - (weight >> 14)); }

// Row r of the result, as wide as the source: [width, channels] in 64ths of a level. Products are 256ths of a level, rounded down, so half of
// one is added for each. `taps` is a constant where this is inlined, if it is small; it is even, and weights beyond the filter are 0.
INLINE void resize_columns(const LoamResize *f, int64_t r, int16_t *out, const int64_t taps) {
  const int64_t size = f->width * f->channels, first = f->row_start[r], last = f->height - 1;
  const int16_t *weights = f->row_weights + r * taps;
  const uint16_t start = (uint16_t)(2 + taps / 2);
#define SOURCE(t) ((const uint8_t *)f->input + (first + (t) < last ? first + (t) : last) * size + i)
  int64_t i = 0;
  for (; i + 32 <= size; i += 32) {
    V32 sum = (V32){} + start;
    for (int64_t t = 0; t < taps; t++) {
      Z32 x;
      memcpy(&x, SOURCE(t), 32);
      sum += multiply_high_32(__builtin_convertvector(x, V32) << 8, (V32){} + wide_weight(weights[t]));
    }
    const V32 levels = sum >> 2;
    memcpy(out + i, &levels, 64);
  }
  for (; i < size; i++) {
    uint32_t sum = start;
    for (int64_t t = 0; t < taps; t++) sum += (uint32_t)(*SOURCE(t) << 8) * wide_weight(weights[t]) >> 16;
    out[i] = (int16_t)(sum >> 2);
  }
#undef SOURCE
}

INLINE uint8_t resize_level(int32_t sum) { sum = (sum + (1 << 19)) >> 20; return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum); }

// One pixel of 1 to 4 channels.
INLINE void resize_pixel(const LoamResize *f, int64_t c, const int16_t *row, uint8_t *out, const int64_t n) {
  const int64_t pairs = (f->column_taps + 1) / 2;
  for (int64_t k = 0; k < n; k++) {
    int32_t sum = 0;
    for (int64_t t = 0; t < pairs; t++) {
      const int16_t *weights = f->column_weights + 2 * (t * f->out_width + c), *in = row + (f->column_start[c] + 2 * t) * n + k;
      sum += weights[0] * in[0] + weights[1] * in[n];
    }
    out[k] = resize_level(sum);
  }
}

// The channels of one pixel after the other: `row` continues for eight elements after its end. `n` is a constant where this is
// inlined, and `pairs`, if it is small.
INLINE void resize_row_234(const LoamResize *f, const int16_t *row, uint8_t *out, const int64_t n, const int64_t pairs) {
  typedef uint8_t Z4 __attribute__((vector_size(4), aligned(1)));
  const int32_t *start = f->column_start;
  const int16_t *all_weights = f->column_weights;
  const int64_t width = f->out_width;
  int64_t c = 0;
  // Bytes beyond those of these pixels are overwritten by the next ones.
#define EACH_PIXEL(a, b, c, d, e, f, g, h) \
  a, b, c, d, e, f, g, h, 8 + a, 8 + b, 8 + c, 8 + d, 8 + e, 8 + f, 8 + g, 8 + h, \
    16 + a, 16 + b, 16 + c, 16 + d, 16 + e, 16 + f, 16 + g, 16 + h, 24 + a, 24 + b, 24 + c, 24 + d, 24 + e, 24 + f, 24 + g, 24 + h
  for (; c + 6 <= width; c += 4, out += 4 * n) {
    Sums16 sum = (Sums16){} + (1 << 19);
    for (int64_t t = 0; t < pairs; t++) {
      const int16_t *in = row + 2 * t * n;
      S32 x = load_four(in + start[c] * n, in + start[c + 1] * n, in + start[c + 2] * n, in + start[c + 3] * n);
      x = n == 2 ? __builtin_shufflevector(x, x, EACH_PIXEL(0, 2, 1, 3, 0, 2, 1, 3))
        : n == 3 ? __builtin_shufflevector(x, x, EACH_PIXEL(0, 3, 1, 4, 2, 5, 2, 5)) : __builtin_shufflevector(x, x, EACH_PIXEL(0, 4, 1, 5, 2, 6, 3, 7));
      Sums4 both;
      memcpy(&both, all_weights + 2 * (t * width + c), 16);
      sum += multiply_all_pairs(x, (S32)__builtin_shufflevector(both, both, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
    }
    const Z16 all = __builtin_convertvector(sum >> 20, Z16);
    const Z16 bytes = n == 2 ? __builtin_shufflevector(all, all, 0, 1, 4, 5, 8, 9, 12, 13, 0, 0, 0, 0, 0, 0, 0, 0)
      : n == 3 ? __builtin_shufflevector(all, all, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0) : all;
    memcpy(out, &bytes, n == 2 ? 8 : 16);
  }
#undef EACH_PIXEL
  for (; c + 1 < width; c++, out += n) {
    Sums4 sum = (Sums4){} + (1 << 19);
    const int16_t *in = row + start[c] * n;
    for (int64_t t = 0; t < pairs; t++) {
      S8 x;
      memcpy(&x, in + 2 * t * n, 16);
      x = n == 2 ? __builtin_shufflevector(x, x, 0, 2, 1, 3, 0, 2, 1, 3)
        : n == 3 ? __builtin_shufflevector(x, x, 0, 3, 1, 4, 2, 5, 2, 5) : __builtin_shufflevector(x, x, 0, 4, 1, 5, 2, 6, 3, 7);
      int32_t both;
      memcpy(&both, all_weights + 2 * (t * width + c), 4);
      sum += multiply_four_pairs(x, (S8)((Sums4){} + both));
    }
    const Z4 bytes = __builtin_convertvector(sum >> 20, Z4);
    memcpy(out, &bytes, 4);
  }
  for (; c < width; c++, out += n) resize_pixel(f, c, row, out, n);
}

// Pairs of neighbours are 32 bits, eight at a time.
INLINE void resize_row_1(const LoamResize *f, const int16_t *row, uint8_t *out, const int64_t count) {
  typedef uint8_t Z8 __attribute__((vector_size(8), aligned(1)));
  const int32_t *start = f->column_start;
  const int16_t *all_weights = f->column_weights;
  const int64_t width = f->out_width;
  int64_t c = 0;
  for (; c + 8 <= width; c += 8) {
    Sums8 sum = (Sums8){} + (1 << 19);
    for (int64_t t = 0; t < count; t++) {
      Sums8 pairs;
      UNROLLED for (int i = 0; i < 8; i++) {
        int32_t pair;
        memcpy(&pair, row + start[c + i] + 2 * t, 4);
        pairs[i] = pair;
      }
      S16 weights;
      memcpy(&weights, all_weights + 2 * (t * width + c), 32);
      sum += multiply_pairs((S16)pairs, weights);
    }
    const Z8 bytes = __builtin_convertvector(sum >> 20, Z8);
    memcpy(out + c, &bytes, 8);
  }
  for (; c < f->out_width; c++) resize_pixel(f, c, row, out + c, 1);
}

INLINE void resize_byte_row(const LoamResize *f, const int16_t *row, uint8_t *out, const int64_t pairs) {
  switch (f->channels) {
    case 1: resize_row_1(f, row, out, pairs); break;
    case 2: resize_row_234(f, row, out, 2, pairs); break;
    case 3: resize_row_234(f, row, out, 3, pairs); break;
    default: resize_row_234(f, row, out, 4, pairs);
  }
}

static void resize_bytes(const LoamResize *f) {
  int16_t *row = f->scratch;
  const int64_t end = f->width * f->channels, row_pairs = (f->row_taps + 1) / 2, column_pairs = (f->column_taps + 1) / 2;
  // Beyond the end, weights are 0.
  for (int64_t i = 0; i < LOAM_RESIZE_SLACK; i++) row[end + i] = 0;
  for (int64_t r = 0; r < f->out_height; r++) {
    uint8_t *out = (uint8_t *)f->output + r * f->out_width * f->channels;
    switch (row_pairs) {
      case 1: resize_columns(f, r, row, 2); break;
      case 2: resize_columns(f, r, row, 4); break;
      default: resize_columns(f, r, row, 2 * row_pairs);
    }
    switch (column_pairs) {
      case 1: resize_byte_row(f, row, out, 1); break;
      case 2: resize_byte_row(f, row, out, 2); break;
      default: resize_byte_row(f, row, out, column_pairs);
    }
  }
}

#include "image_halved.h"

// ---- Floats, or bytes that become values 0 to 1. What has no weight is not read: it may be NaN.

static void resize_float_columns(const LoamResize *f, int64_t r, float *out) {
  const int64_t size = f->width * f->channels;
  const float *weights = f->row_floats + r * f->row_taps;
  int is_first = 1;
  for (int64_t t = 0; t < f->row_taps; t++) {
    if (weights[t] == 0) continue;
    const int64_t begin = (f->row_start[r] + t) * size;
    const F32 weight = splat(f->input_bytes ? weights[t] / 255.f : weights[t]);
    int64_t i = 0;
    for (; i + 16 <= size; i += 16) {
      F32 x;
      if (f->input_bytes) {
        Z16 bytes;
        memcpy(&bytes, (const uint8_t *)f->input + begin + i, 16);
        x = __builtin_convertvector(bytes, F32);
      } else x = load16((const float *)f->input + begin + i);
      store16(out + i, is_first ? weight * x : FUSED(weight, x, load16(out + i)));
    }
    for (; i < size; i++) {
      const float x = f->input_bytes ? (float)((const uint8_t *)f->input)[begin + i] : ((const float *)f->input)[begin + i];
      out[i] = is_first ? weight[0] * x : FUSED(weight[0], x, out[i]);
    }
    is_first = 0;
  }
  if (is_first) memset(out, 0, (size_t)size * sizeof(float));
}

// `n` is a constant where this is inlined. Four floats are read from the start of every pixel.
INLINE void resize_float_row(const LoamResize *f, const float *row, float *out, const int64_t n) {
  typedef float F4 __attribute__((vector_size(16), aligned(4)));
  for (int64_t c = 0; c < f->out_width; c++, out += n) {
    const float *in = row + f->column_start[c] * n, *weights = f->column_floats + c * f->column_taps;
    F4 sum = (F4){};
    for (int64_t t = 0; t < f->column_taps; t++, in += n) {
      if (weights[t] == 0) continue;
      F4 x;
      memcpy(&x, in, 16);
      sum = FUSED((F4){} + weights[t], x, sum);
    }
    memcpy(out, &sum, (size_t)n * sizeof(float));
  }
}

static void resize_floats(const LoamResize *f) {
  float *row = f->scratch;
  const int64_t n = f->channels, end = f->width * n;
  for (int64_t i = 0; i < LOAM_RESIZE_SLACK; i++) row[end + i] = 0;
  for (int64_t r = 0; r < f->out_height; r++) {
    float *out = (float *)f->output + r * f->out_width * n;
    resize_float_columns(f, r, row);
    switch (n) {
      case 1: resize_float_row(f, row, out, 1); break;
      case 2: resize_float_row(f, row, out, 2); break;
      case 3: resize_float_row(f, row, out, 3); break;
      default: resize_float_row(f, row, out, 4);
    }
  }
}

static void resize(const LoamResize *f) {
  if (!f->output_bytes) resize_floats(f);
  else if (f->halves) halve_bytes(f);
  else resize_bytes(f);
}
