// The mean over squares: sums of columns are updated from row to row, and summed along the row by doubling. Sums of bytes are
// integers, and exact; long columns of floats are summed in double.

// The sum of `size` neighbours, `channels` apart, for small sizes; `size` is a constant where this is inlined.
#define BOX_SUM(T, V)                                                                       \
  INLINE V box_sum_##T(const T *at, int64_t channels, const int64_t size) {                 \
    V sum = *(const V *)at;                                                                 \
    for (int64_t k = 1; k < size; k++) sum = sum + *(const V *)(at + k * channels);         \
    return sum;                                                                             \
  }
BOX_SUM(uint16_t, U16)
BOX_SUM(float, F32)
#undef BOX_SUM

// The sums of `size` neighbours: sums of 1, 2, 4 ... neighbours are added to themselves, and those that make
// up `size` are collected. `at` is overwritten; reads up to (size - 1) * channels after `count`.
#define BOX_SUMS(T, V, lanes)                                                                                                    \
  static void box_row_##T(T *at, T *sums, int64_t count, int64_t channels, int64_t size) {                                        \
    int64_t done = 0;                                                                                                             \
    const int64_t whole = count + (size - 1) * channels;                                                                          \
    for (int64_t power = 1;; power *= 2) {                                                                                        \
      if (size & power) {                                                                                                         \
        const T *from = at + done * channels;                                                                                     \
        if (done == 0) for (int64_t i = 0; i < count; i += lanes) *(V *)(sums + i) = *(const V *)(from + i);                      \
        else for (int64_t i = 0; i < count; i += lanes) *(V *)(sums + i) = *(const V *)(sums + i) + *(const V *)(from + i);       \
        done += power;                                                                                                            \
      }                                                                                                                           \
      if (done == size) break;                                                                                                    \
      for (int64_t i = 0; i < whole; i += lanes) *(V *)(at + i) = *(const V *)(at + i) + *(const V *)(at + i + power * channels); \
    }                                                                                                                             \
  }
BOX_SUMS(uint16_t, U16, 32)
BOX_SUMS(uint32_t, U32, 16)
BOX_SUMS(float, F32, 16)
#undef BOX_SUMS

// The sums of 8 neighbours in `at`, and of the first `size % 8` in `rest`.
static void box_row_eights(uint16_t *at, uint16_t *rest, int64_t count, int64_t channels, int64_t size) {
  const int64_t whole = count + (size - 1) * channels;
  int64_t done = 0;
  for (int64_t power = 1; power < 8; power *= 2) {
    if (size & power) {
      const uint16_t *from = at + done * channels;
      if (done == 0) memcpy(rest, from, (size_t)count * sizeof *rest);
      else for (int64_t i = 0; i < count; i += 32) *(U16 *)(rest + i) = *(const U16 *)(rest + i) + *(const U16 *)(from + i);
      done += power;
    }
    for (int64_t i = 0; i < whole; i += 32) *(U16 *)(at + i) = *(const U16 *)(at + i) + *(const U16 *)(at + i + power * channels);
  }
}

#define BOX_BORDER(inner, width, channels, radius)                                                        \
  for (int64_t x = 1; x <= (radius); x++) {                                                               \
    const int64_t left = mirrored(-x, width), right = mirrored((width) - 1 + x, width);                   \
    for (int64_t k = 0; k < (channels); k++) {                                                            \
      (inner)[-x * (channels) + k] = (inner)[left * (channels) + k];                                      \
      (inner)[((width) - 1 + x) * (channels) + k] = (inner)[right * (channels) + k];                      \
    }                                                                                                     \
  }

// Up to radius 7 the sums of bytes fit in 16 bits, and up to 15 those of eight neighbours; up to 3, numbers are added directly.
enum { BOX_SHORT = 7, BOX_EIGHTS = 15, BOX_DIRECT = 3 };

// Elements of one row of sums.
INLINE int64_t box_space(const LoamBox *b) { return (b->width + 2 * (2 * b->radius + 1)) * b->channels + 2 * AREA_SLACK; }

// Sums of columns, a copy with a border, and the results.
static int64_t box_scratch(const LoamBox *b) { return box_space(b) * (int64_t)(sizeof(double) + 2 * sizeof(float)) + 64; }

// Rounded division by an odd number: n / d = n m / 2^(16 + s) with m = ceil(2^(16 + s) / d), exact for sums of d bytes up to
// 15 x 15 (T. Granlund, P. Montgomery, "Division by invariant integers using multiplication", 1994).
INLINE void box_divide(U16 sum, int64_t area, uint32_t factor, int shift, uint8_t *out, int64_t count) {
  const U16 mean = high_product(sum + (uint16_t)(area / 2), (uint16_t)factor) >> (uint16_t)shift;
  area_u8_store_some(out, mean << AREA_BITS, count);
}

static void box_finish_short(const LoamBox *b, uint16_t *padded, uint16_t *sums, const uint8_t *in, uint8_t *out) {
  const int64_t count = b->width * b->channels, size = 2 * b->radius + 1;
  const uint32_t area = (uint32_t)(size * size);
  const int shift = 31 - __builtin_clz(area);
  const uint32_t factor = (uint32_t)((((uint64_t)1 << (16 + shift)) + area - 1) / area);
  const int64_t c = b->channels;
#define SHORT(n) for (int64_t i = 0; i < count; i += 32) box_divide(box_sum_uint16_t(padded + i, c, n), n * n, factor, shift, out + i, count - i)
  switch (size) {
    case 1: memcpy(out, in, (size_t)count); break;
    case 3: SHORT(3); break;
    case 5: SHORT(5); break;
    case 7: SHORT(7); break;
    default:
      box_row_uint16_t(padded, sums, count, c, size);
      for (int64_t i = 0; i < count; i += 32) box_divide(*(const U16 *)(sums + i), area, factor, shift, out + i, count - i);
  }
#undef SHORT
}

static void box_finish_eights(const LoamBox *b, uint16_t *padded, uint16_t *sums, const uint8_t *in, uint8_t *out) {
  (void)in;
  const int64_t count = b->width * b->channels, size = 2 * b->radius + 1;
  const float part = (float)(1.0 / ((double)size * (double)size));
  const uint16_t *eight = padded + size % 8 * b->channels;
  box_row_eights(padded, sums, count, b->channels, size);
  const int64_t far = 8 * b->channels;
  for (int64_t i = 0; i < count; i += 32) {
    WideI32 sum = __builtin_convertvector(*(const U16 *)(sums + i), WideI32) + __builtin_convertvector(*(const U16 *)(eight + i), WideI32) +
                  __builtin_convertvector(*(const U16 *)(eight + far + i), WideI32);
    if (size >= 24) sum = sum + __builtin_convertvector(*(const U16 *)(eight + 2 * far + i), WideI32);
    area_long_store_some(out + i, __builtin_convertvector(sum, WideF32) * part, count - i);
  }
}

static void box_finish_long(const LoamBox *b, uint32_t *padded, uint32_t *sums, const uint8_t *in, uint8_t *out) {
  (void)in;
  const int64_t count = b->width * b->channels, size = 2 * b->radius + 1;
  const float part = (float)(1.0 / ((double)size * (double)size));
  box_row_uint32_t(padded, sums, count, b->channels, size);
  for (int64_t i = 0; i < count; i += 32)
    area_long_store_some(out + i, __builtin_convertvector(*(const WideI32 *)(sums + i), WideF32) * part, count - i);
}

#define BOX_BYTES(name, T)                                                                                            \
  static void box_##name(const LoamBox *b, void *scratch) {                                                           \
    const int64_t count = b->width * b->channels, space = box_space(b);                                                     \
    T *columns = scratch, *padded = columns + space, *sums = padded + space, *inner = padded + b->radius * b->channels; \
    const uint8_t *in = b->input;                                                                                     \
    memset(scratch, 0, (size_t)(3 * space) * sizeof(T));                                                               \
    for (int64_t y = -b->radius; y <= b->radius; y++) {                                                               \
      const uint8_t *row = in + mirrored(y, b->height) * count;                                                       \
      for (int64_t i = 0; i < count; i++) columns[i] = (T)(columns[i] + row[i]);                                      \
    }                                                                                                                 \
    for (int64_t y = 0; y < b->height; y++) {                                                                         \
      const uint8_t *old = in + mirrored(y - b->radius, b->height) * count;                                           \
      const uint8_t *new = in + mirrored(y + b->radius + 1, b->height) * count;                                       \
      for (int64_t i = 0; i < count; i++) {                                                                           \
        inner[i] = columns[i];                                                                                        \
        columns[i] = (T)(columns[i] + new[i] - old[i]);                                                               \
      }                                                                                                               \
      BOX_BORDER(inner, b->width, b->channels, b->radius)                                                             \
      box_finish_##name(b, padded, sums, (const uint8_t *)b->input + y * count, (uint8_t *)b->output + y * count);    \
    }                                                                                                                 \
  }
BOX_BYTES(short, uint16_t)
BOX_BYTES(eights, uint16_t)
BOX_BYTES(long, uint32_t)
#undef BOX_BYTES

INLINE void box_direct_sums(const LoamBox *b, int64_t y, const int64_t radius, float *inner) {
  const int64_t count = b->width * b->channels;
  const float *rows[2 * BOX_DIRECT + 1];
  for (int64_t k = -radius; k <= radius; k++) rows[radius + k] = (const float *)b->input + mirrored(y + k, b->height) * count;
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    F32 sum = *(const F32 *)(rows[0] + i);
    for (int64_t k = 1; k <= 2 * radius; k++) sum = sum + *(const F32 *)(rows[k] + i);
    *(F32 *)(inner + i) = sum;
  }
  for (; i < count; i++) {
    inner[i] = rows[0][i];
    for (int64_t k = 1; k <= 2 * radius; k++) inner[i] += rows[k][i];
  }
}

static void box_f32(const LoamBox *b, void *scratch) {
  const int64_t count = b->width * b->channels, size = 2 * b->radius + 1, space = box_space(b);
  double *columns = scratch;
  float *padded = (float *)(columns + space), *sums = padded + space, *inner = padded + b->radius * b->channels;
  const float *in = b->input, part = (float)(1.0 / ((double)size * (double)size));
  memset(scratch, 0, (size_t)space * (sizeof(double) + 2 * sizeof(float)));
  if (b->radius > BOX_DIRECT)
    for (int64_t y = -b->radius; y <= b->radius; y++) {
      const float *row = in + mirrored(y, b->height) * count;
      for (int64_t i = 0; i < count; i++) columns[i] += (double)row[i];
    }
  for (int64_t y = 0; y < b->height; y++) {
    const float *old = in + mirrored(y - b->radius, b->height) * count, *new = in + mirrored(y + b->radius + 1, b->height) * count;
    switch (b->radius) {
      case 0: box_direct_sums(b, y, 0, inner); break;
      case 1: box_direct_sums(b, y, 1, inner); break;
      case 2: box_direct_sums(b, y, 2, inner); break;
      case 3: box_direct_sums(b, y, 3, inner); break;
      default:
        for (int64_t i = 0; i < count; i++) {
          inner[i] = (float)columns[i];
          columns[i] += (double)new[i] - (double)old[i];
        }
    }
    BOX_BORDER(inner, b->width, b->channels, b->radius)
    float *out = (float *)b->output + y * count;
    const int64_t c = b->channels;
#define DIRECT(n) for (int64_t i = 0; i < count; i += 16) area_f32_store_some(out + i, box_sum_float(padded + i, c, n) * splat(part), count - i)
    switch (size) {
      case 1: memcpy(out, in + y * count, (size_t)count * sizeof *out); break;
      case 3: DIRECT(3); break;
      case 5: DIRECT(5); break;
      case 7: DIRECT(7); break;
      default:
        box_row_float(padded, sums, count, c, size);
        for (int64_t i = 0; i < count; i++) out[i] = sums[i] * part;
    }
#undef DIRECT
  }
}
#undef BOX_BORDER

static void box(const LoamBox *b, void *scratch) {
  if (b->type == LOAM_F32) box_f32(b, scratch);
  else if (b->radius <= BOX_SHORT) box_short(b, scratch);
  else if (b->radius <= BOX_EIGHTS) box_eights(b, scratch);
  else box_long(b, scratch);
}
