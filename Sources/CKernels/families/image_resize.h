// Resizing: for each row of the result a filter down the columns, then one along the row.

// ---- Bytes, in integers: the results of the first filter are 64ths of a level in 16 bits, rounded by 1/128 of a level at most.

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

// Two weights in each pair of elements.
INLINE S16 repeated_pair(const int16_t *pair) {
  int32_t both;
  memcpy(&both, pair, 4);
  return (S16)((Sums8){} + both);
}

// Row r of the result, as wide as the source: [width, channels] in 64ths of a level.
// `pairs` is a constant where this is inlined, if it is small.
INLINE void resize_columns(const LoamResize *f, int64_t r, int16_t *out, const int64_t pairs) {
  const int64_t size = f->width * f->channels, first = f->row_start[r], height = f->height;
  const uint8_t *input = f->input;
  const int16_t *weights = f->row_weights + 2 * r * pairs;
  int64_t i = 0;
  for (; i + 16 <= size; i += 16) {
    Sums8 low = (Sums8){} + 128, high = low;
    for (int64_t t = 0; t < pairs; t++) {
      const int64_t upper = first + 2 * t, lower = upper + 1 < height ? upper + 1 : upper;
      Z16 a, b;
      memcpy(&a, input + upper * size + i, 16);
      memcpy(&b, input + lower * size + i, 16);
      const S16 w = repeated_pair(weights + 2 * t);
      const Z16 x = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const Z16 y = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      low += multiply_pairs(__builtin_convertvector(x, S16), w);
      high += multiply_pairs(__builtin_convertvector(y, S16), w);
    }
    const S8 first_half = __builtin_convertvector(low >> 8, S8), second_half = __builtin_convertvector(high >> 8, S8);
    memcpy(out + i, &first_half, 16);
    memcpy(out + i + 8, &second_half, 16);
  }
  for (; i < size; i++) {
    int32_t sum = 128;
    for (int64_t t = 0; t < pairs; t++) {
      const int64_t upper = first + 2 * t, lower = upper + 1 < height ? upper + 1 : upper;
      sum += weights[2 * t] * input[upper * size + i] + weights[2 * t + 1] * input[lower * size + i];
    }
    out[i] = (int16_t)(sum >> 8);
  }
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
  // Bytes beyond those of a pixel are overwritten by the next one.
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
      case 1: resize_columns(f, r, row, 1); break;
      case 2: resize_columns(f, r, row, 2); break;
      default: resize_columns(f, r, row, row_pairs);
    }
    switch (column_pairs) {
      case 1: resize_byte_row(f, row, out, 1); break;
      case 2: resize_byte_row(f, row, out, 2); break;
      default: resize_byte_row(f, row, out, column_pairs);
    }
  }
}

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

static void resize(const LoamResize *f) { if (f->output_bytes) resize_bytes(f); else resize_floats(f); }
