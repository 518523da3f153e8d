// Bilinear sampling of bytes in integers: values in 64ths of a level, positions and weights with 16 bits after the point.
// The products round down, so a result is below the exact one by less than 1/32 of a level; the last rounding adds 1/2.

typedef int16_t S16 __attribute__((vector_size(32), aligned(2)));
typedef uint16_t V16 __attribute__((vector_size(32), aligned(2)));
typedef uint8_t Z16 __attribute__((vector_size(16), aligned(1)));

// The upper half of the products. The compiler does not find the instruction where it knows that one factor is positive.
INLINE S16 multiply_high(S16 a, S16 b) {
#if LOAM_AVX2
  return (S16)__builtin_ia32_pmulhw256(a, b);
#else
  return __builtin_convertvector((__builtin_convertvector(a, I32) * __builtin_convertvector(b, I32)) >> 16, S16);
#endif
}
// From a to b, in 64ths: weights are 15 bits.
INLINE S16 blend_levels(S16 a, S16 b, S16 weight) { return (a << 6) + multiply_high((b - a) << 7, weight); }
INLINE S16 blend_64ths(S16 a, S16 b, S16 weight) { return a + multiply_high((b - a) << 1, weight); }

// Positions of sixteen successive pixels relative to the first, 16 bits after the point, and `eight_rows_ahead`. Beyond the pixels of a padded
// image there is only the constant.
typedef struct { I32 rows, columns; int64_t ahead; int is_padded; } Lanes;

INLINE int is_projection(const LoamWarp *w) { return w->bend_count == 1 && w->bends[0].kind == LOAM_PERSPECTIVE; }

INLINE int can_sample_levels(const LoamWarp *w) {
  return w->input_bytes && !w->exact && (!w->bend_count || is_projection(w)) && w->interpolation == LOAM_BILINEAR && w->channels != 2 && w->channels <= 4
    && w->height < 32768 && w->width < 32768 && w->height * w->width * w->channels < INT32_MAX && w->fill >= 0 && w->fill <= 1;
}

INLINE Lanes lanes_of(const LoamWarp *w, int is_padded) {
  Lanes l = {.is_padded = is_padded};
  for (int i = 0; i < 16; i++) {
    l.rows[i] = (int32_t)((llrint(w->map[1] * 4294967296.0) * i) >> 16);
    l.columns[i] = (int32_t)((llrint(w->map[4] * 4294967296.0) * i) >> 16);
  }
  l.ahead = eight_rows_ahead(w);
  return l;
}

// For sixteen positions: the index of the upper left neighbour, and weights. Lanes beyond `count` repeat the first.
// Indices and weights are then read from memory, which is cheaper than taking them out of vectors.
#define THROUGH_MEMORY __asm__ volatile("" ::: "memory")

INLINE void block_of(const LoamWarp *w, I32 rows, I32 columns, int64_t count, const int64_t n, int32_t at[16], S16 *down, S16 *right) {
  *down = __builtin_convertvector((rows & 0xffff) >> 1, S16);
  *right = __builtin_convertvector((columns & 0xffff) >> 1, S16);
  const I32 index = (rows >> 16) * (int32_t)(w->width * n) + (columns >> 16) * (int32_t)n;
  memcpy(at, &index, 64);
  for (int64_t i = count; i < 16; i++) at[i] = at[0];
}

// One pixel anywhere; positions have 16 bits after the point.
INLINE void levels_pixel(const LoamWarp *w, int64_t row, int64_t column, int32_t fill, int16_t *out, const int64_t n) {
  const int64_t top = row >> 16, left = column >> 16;
  const int32_t down = (int32_t)(row & 0xffff) >> 1, right = (int32_t)(column & 0xffff) >> 1;
  int64_t at[4];
  for (int corner = 0; corner < 4; corner++) at[corner] = pixel_or_none(w, top + (corner >> 1), left + (corner & 1));
  for (int64_t k = 0; k < n; k++) {
    int32_t level[4];
    for (int corner = 0; corner < 4; corner++) level[corner] = at[corner] < 0 ? fill : ((const uint8_t *)w->input)[at[corner] + k] << 6;
    const int32_t left_value = level[0] + (((level[2] - level[0]) * 2 * down) >> 16), right_value = level[1] + (((level[3] - level[1]) * 2 * down) >> 16);
    out[k] = (int16_t)(left_value + (((right_value - left_value) * 2 * right) >> 16));
  }
}

// Sixteen pixels whose neighbours are inside, of which `count` are wanted; `out` has space for all.
INLINE void sample_block_1(const LoamWarp *w, I32 rows, I32 columns, int64_t count, int16_t *out) {
  const uint8_t *input = w->input;
  const int64_t width = w->width;
  int32_t at[16];
  S16 down, right;
  block_of(w, rows, columns, count, 1, at, &down, &right);
  THROUGH_MEMORY;
  // Pairs of neighbours: the left one in the low byte.
  V16 upper, lower;
  UNROLLED for (int i = 0; i < 16; i++) {
    uint16_t a, b;
    memcpy(&a, input + at[i], 2);
    memcpy(&b, input + at[i] + width, 2);
    upper[i] = a;
    lower[i] = b;
  }
  const S16 left_value = blend_levels((S16)(upper & 255), (S16)(lower & 255), down);
  const S16 right_value = blend_levels((S16)(upper >> 8), (S16)(lower >> 8), down);
  const S16 value = blend_64ths(left_value, right_value, right);
  memcpy(out, &value, 32);
}

// Eight bytes each of two pixels and their right neighbours.
INLINE S16 load_pair(const uint8_t *a, const uint8_t *b) {
  uint64_t both[2];
  memcpy(&both[0], a, 8);
  memcpy(&both[1], b, 8);
  Z16 bytes;
  memcpy(&bytes, both, 16);
  return __builtin_convertvector(bytes, S16);
}

// The weights of pixels i and i + 1, for each half.
INLINE S16 weight_pair(const int16_t *weights, int i) {
  int32_t both;
  memcpy(&both, weights + i, 4);
  typedef int32_t I8 __attribute__((vector_size(32)));
  const S16 pairs = (S16)((I8){} + both);
  return __builtin_shufflevector(pairs, pairs, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9);
}

INLINE void sample_block_34(const LoamWarp *w, I32 rows, I32 columns, int64_t count, int16_t *out, const int64_t n) {
  const uint8_t *input = w->input;
  const int64_t row_size = w->width * n;
  int32_t at[16];
  int16_t downs[16], rights[16];
  S16 down, right;
  block_of(w, rows, columns, count, n, at, &down, &right);
  memcpy(downs, &down, 32);
  memcpy(rights, &right, 32);
  THROUGH_MEMORY;
  UNROLLED for (int i = 0; i < 16; i += 2, out += 2 * n) {
    const uint8_t *a = input + at[i], *b = input + at[i + 1];
    const S16 v = blend_levels(load_pair(a, b), load_pair(a + row_size, b + row_size), weight_pair(downs, i));
    const S16 u = n == 3 ? __builtin_shufflevector(v, v, 3, 4, 5, 6, 7, 7, 7, 7, 11, 12, 13, 14, 15, 15, 15, 15)
                         : __builtin_shufflevector(v, v, 4, 5, 6, 7, 7, 7, 7, 7, 12, 13, 14, 15, 15, 15, 15, 15);
    const S16 value = blend_64ths(v, u, weight_pair(rights, i));
    memcpy(out, &value, 8);
    memcpy(out + n, (const int16_t *)&value + 8, 8);
  }
}

INLINE void sample_block(const LoamWarp *w, I32 rows, I32 columns, int64_t count, int16_t *out, const int64_t n) {
  if (n == 1) sample_block_1(w, rows, columns, count, out); else sample_block_34(w, rows, columns, count, out, n);
}

// `out` has space for sixteen pixels from the last on.
INLINE void levels_run(const LoamWarp *w, Track t, const Lanes *lanes, int64_t first, int64_t last, int16_t *out, const int64_t n) {
  for (int64_t c = first; c < last; c += 16) {
    const int64_t row = (t.row + c * t.row_step) >> 32, column = (t.column + c * t.column_step) >> 32;
    prefetch_input(w, (row * w->width + column) * n + lanes->ahead, 1);
    const I32 rows = lanes->rows + (int32_t)((t.row + c * t.row_step) >> 16), columns = lanes->columns + (int32_t)((t.column + c * t.column_step) >> 16);
    sample_block(w, rows, columns, last - c, out + c * n, n);
  }
}

// ---- Perspective: positions are quotients of linear functions of the output's row and column.

// Three rows of a matrix: the numerators of the source's row and column, and the denominator.
typedef struct { double m[3][3]; } Projection;

static Projection projection_of(const LoamWarp *w) {
  const double *a = w->map, *b = w->bends[0].matrix, *c = w->bends[0].then;
  const double first[3][3] = {{a[0], a[1], a[2]}, {a[3], a[4], a[5]}, {0, 0, 1}}, last[3][3] = {{c[0], c[1], c[2]}, {c[3], c[4], c[5]}, {0, 0, 1}};
  double both[3][3];
  Projection p;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) both[i][j] = b[3 * i] * first[0][j] + b[3 * i + 1] * first[1][j] + b[3 * i + 2] * first[2][j];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) p.m[i][j] = last[i][0] * both[0][j] + last[i][1] * both[1][j] + last[i][2] * both[2][j];
  return p;
}

INLINE int all_lanes(I64 mask) { return __builtin_reduce_and(mask) != 0; }

// A row of sixteen pixels at a time.
INLINE void projected_row(const LoamWarp *w, const Projection *p, int64_t r, int16_t *out, const int64_t n) {
  const double bottom = (double)(w->height - 1), end = (double)(w->width - 1 - spare_columns(n));
  const int16_t fill = (int16_t)(w->fill * (255 * 64) + 0.5f);
  const int is_constant = w->fill_mode == LOAM_FILL_CONSTANT;
  for (int64_t c = 0; c < w->out_width; c += 16, out += 16 * n) {
    const int64_t count = w->out_width - c < 16 ? w->out_width - c : 16;
    typedef int32_t Fixed8 __attribute__((vector_size(32), aligned(4)));
    double rows[16], columns[16];
    int32_t fixed_rows[16], fixed_columns[16];
    I64 inside = (I64){} - 1, outside = inside;
    const double scale = 1 / (p->m[2][0] * (double)(r + 8) + p->m[2][1] * (double)c + p->m[2][2]);
    const double later_row = (p->m[0][0] * (double)(r + 8) + p->m[0][1] * (double)c + p->m[0][2]) * scale;
    const double later_column = (p->m[1][0] * (double)(r + 8) + p->m[1][1] * (double)c + p->m[1][2]) * scale;
    if (later_row >= 0 && later_row < bottom && later_column >= 0 && later_column < end)
      prefetch_input(w, ((int64_t)later_row * w->width + (int64_t)later_column) * n, 1);
    UNROLLED for (int half = 0; half < 2; half++) {
      const F64 x = (F64){0, 1, 2, 3, 4, 5, 6, 7} + (double)(c + 8 * half);
      F64 value[3];
      UNROLLED for (int i = 0; i < 3; i++) value[i] = x * p->m[i][1] + (p->m[i][0] * (double)r + p->m[i][2]);
      const F64 row = value[0] / value[2], column = value[1] / value[2];
      inside &= (row >= 0) & (row < bottom) & (column >= 0) & (column < end);
      outside &= (row <= -1) | (row >= bottom + 1) | (column <= -1) | (column >= (double)w->width);
      // Only used where they are inside.
      const Fixed8 fixed_row = __builtin_convertvector(row * 65536, Fixed8), fixed_column = __builtin_convertvector(column * 65536, Fixed8);
      memcpy(rows + 8 * half, &row, 64);
      memcpy(columns + 8 * half, &column, 64);
      memcpy(fixed_rows + 8 * half, &fixed_row, 32);
      memcpy(fixed_columns + 8 * half, &fixed_column, 32);
    }
    if (all_lanes(inside)) {
      I32 all_rows, all_columns;
      memcpy(&all_rows, fixed_rows, 64);
      memcpy(&all_columns, fixed_columns, 64);
      sample_block(w, all_rows, all_columns, count, out, n);
    } else if (is_constant && all_lanes(outside)) {
      for (int64_t i = 0; i < count * n; i++) out[i] = fill;
    } else {
      for (int64_t i = 0; i < count; i++) {
        // Far away or NaN, as `any_pixel` has it.
        const int is_near = rows[i] > -1e9 && rows[i] < 1e9 && columns[i] > -1e9 && columns[i] < 1e9;
        const double row = is_near ? rows[i] : -1e8, column = is_near ? columns[i] : -1e8;
        levels_pixel(w, (int64_t)floor(row * 65536), (int64_t)floor(column * 65536), fill, out + i * n, n);
      }
    }
  }
}

static void levels_to_bytes(const int16_t *from, uint8_t *to, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    S16 v;
    memcpy(&v, from + i, 32);
    const Z16 b = __builtin_convertvector((v + 32) >> 6, Z16);
    memcpy(to + i, &b, 16);
  }
  for (; i < count; i++) to[i] = (uint8_t)((from[i] + 32) >> 6);
}

static void levels_to_floats(const int16_t *from, float *to, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    S16 v;
    memcpy(&v, from + i, 32);
    store16(to + i, __builtin_convertvector(v, F32) * splat(1 / (64 * 255.f)));
  }
  for (; i < count; i++) to[i] = (float)from[i] * (1 / (64 * 255.f));
}
