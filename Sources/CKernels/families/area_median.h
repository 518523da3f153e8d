// Medians over squares by networks of minima and maxima, a vector of pixels at a time. Included by area.h for each PIXEL.

#define ORDER(a, b) { const VECTOR low = AREA(less)(a, b); b = AREA(greater)(a, b); a = low; }

INLINE VECTOR AREA(middle_of_3)(VECTOR a, VECTOR b, VECTOR c) {
  ORDER(a, b)
  return AREA(greater)(a, AREA(less)(b, c));
}

// Nine comparisons (D. Knuth, The Art of Computer Programming 3, section 5.3.4); the compiler drops those that are not used.
INLINE void AREA(sort_5)(VECTOR *v) {
  ORDER(v[0], v[1]) ORDER(v[3], v[4]) ORDER(v[2], v[4]) ORDER(v[2], v[3]) ORDER(v[0], v[3]) ORDER(v[0], v[2]) ORDER(v[1], v[4]) ORDER(v[1], v[3])
  ORDER(v[1], v[2])
}

// `count` rows from `first` on; beyond the edges is the nearest one.
INLINE void AREA(find_rows)(const LoamMedian *m, int64_t first, const int count, const PIXEL **rows) {
  for (int k = 0; k < count; k++) {
    const int64_t row = first + k;
    rows[k] = (const PIXEL *)m->input + (row < 0 ? 0 : row >= m->height ? m->height - 1 : row) * m->width * m->channels;
  }
}

INLINE VECTOR AREA(load)(const PIXEL *row, int64_t i, int64_t count) {
  if (i + LANES <= count) return *(const VECTOR *)(row + i);
  PIXEL some[LANES] = {0};
  memcpy(some, row + i, (size_t)(count - i) * sizeof(PIXEL));
  return *(const VECTOR *)some;
}

// Repeats the pixels at the ends of `rows` rows of sorted columns, `radius` times.
INLINE void AREA(add_borders)(const LoamMedian *m, PIXEL *sorted, int64_t stride, const int rows, const int64_t radius) {
  const int64_t channels = m->channels, count = m->width * channels;
  for (int k = 0; k < rows; k++) {
    PIXEL *inner = sorted + k * stride;
    for (int64_t r = 0; r < radius; r++) for (int64_t i = 0; i < channels; i++) {
      inner[i - (r + 1) * channels] = inner[i];
      inner[count + r * channels + i] = inner[count - channels + i];
    }
  }
}

// Rows of sorted columns begin at lines of the cache, with place for a border before them.
enum { AREA(median_border) = 64 / sizeof(PIXEL) };

INLINE int64_t AREA(median_stride)(const LoamMedian *m) {
  const int64_t line = 64 / sizeof(PIXEL);
  return (m->width * m->channels + line - 1) / line * line + AREA_SLACK + AREA(median_border);
}

// The columns of three rows for each of two rows of output: [2, 3, stride], sorted. The two rows in the middle are in both.
INLINE void AREA(sort_columns_3)(const LoamMedian *m, int64_t y, PIXEL *sorted, int64_t stride) {
  const int64_t channels = m->channels, count = m->width * channels;
  const PIXEL *rows[4];
  AREA(find_rows)(m, y - 1, 4, rows);
  // The rows after next: processors expect a single row to follow.
  const int64_t ahead = y + 5 <= m->height ? count : 0;
  for (int64_t i = 0; i < count; i += LANES) {
    __builtin_prefetch(rows[3] + ahead + i);
    __builtin_prefetch(rows[3] + 2 * ahead + i);
    VECTOR v[4];
    UNROLLED for (int k = 0; k < 4; k++) v[k] = AREA(load)(rows[k], i, count);
    ORDER(v[1], v[2])
    UNROLLED for (int k = 0; k < 2; k++) {
      const VECTOR other = v[3 * k], upper = AREA(greater)(v[1], other);
      PIXEL *out = sorted + 3 * k * stride + i;
      *(VECTOR *)out = AREA(less)(v[1], other);
      *(VECTOR *)(out + stride) = AREA(less)(upper, v[2]);
      *(VECTOR *)(out + 2 * stride) = AREA(greater)(upper, v[2]);
    }
  }
  AREA(add_borders)(m, sorted, stride, 6, 1);
}

// The columns of five rows for a row of output: [5, stride], sorted.
INLINE void AREA(sort_columns_5)(const LoamMedian *m, int64_t y, PIXEL *sorted, int64_t stride) {
  const int64_t channels = m->channels, count = m->width * channels;
  const PIXEL *rows[5];
  AREA(find_rows)(m, y - 2, 5, rows);
  for (int64_t i = 0; i < count; i += LANES) {
    VECTOR v[5];
    UNROLLED for (int k = 0; k < 5; k++) v[k] = AREA(load)(rows[k], i, count);
    AREA(sort_5)(v);
    UNROLLED for (int k = 0; k < 5; k++) *(VECTOR *)(sorted + k * stride + i) = v[k];
  }
  AREA(add_borders)(m, sorted, stride, 5, 2);
}

// The median of nine is that of the greatest low, the middle median and the least high of three sorted columns.
INLINE VECTOR AREA(median_3)(const PIXEL *at, int64_t stride, int64_t c) {
#define AT(row, column) (*(const VECTOR *)(at + (row) * stride + (column) * c))
  const VECTOR low = AREA(greater)(AREA(greater)(AT(0, 0), AT(0, 1)), AT(0, 2));
  const VECTOR high = AREA(less)(AREA(less)(AT(2, 0), AT(2, 1)), AT(2, 2));
  return AREA(middle_of_3)(low, AREA(middle_of_3)(AT(1, 0), AT(1, 1), AT(1, 2)), high);
}

// In five columns and rows that are sorted, six numbers are known to be below the median and six above it; the median is that
// of the other thirteen. Of those, the lowest and the highest are dropped by turns, as each new number comes in (A. Paeth,
// "Median finding on a 3 x 3 grid", Graphics Gems, 1990).
INLINE VECTOR AREA(median_5)(const PIXEL *at, int64_t stride, int64_t c) {
  static const int8_t first[5] = {3, 2, 1, 0, 0}, last[5] = {4, 4, 3, 2, 1};
  VECTOR all[13];
  int n = 0;
  UNROLLED for (int row = 0; row < 5; row++) {
    VECTOR v[5] = {AT(row, 0), AT(row, 1), AT(row, 2), AT(row, 3), AT(row, 4)};
    AREA(sort_5)(v);
    UNROLLED for (int k = 0; k < 5; k++) if (k >= first[row] && k <= last[row]) all[n++] = v[k];
  }
  // Eight of thirteen hold the median after the extremes are gone.
  UNROLLED for (int size = 8; size >= 3; size--) {
    // The least moves to the front and the greatest to the end.
    VECTOR *v = all;
    UNROLLED for (int k = 1; k < 8; k++) if (k < size) ORDER(v[0], v[k])
    UNROLLED for (int k = 1; k < 7; k++) if (k < size - 1) ORDER(v[k], v[size - 1])
    // Both go; the next number takes the place of the least.
    if (size > 3) v[0] = all[16 - size];
  }
  return all[1];
}
#undef AT

static int64_t AREA(median_scratch)(const LoamMedian *m) {
  // The last row is made before it is streamed.
  return (m->size == 3 ? 7 : 6) * AREA(median_stride)(m) * (int64_t)sizeof(PIXEL) + 64;
}

// A row of output from its sorted columns, made in `out`.
INLINE void AREA(median_row)(const LoamMedian *m, const PIXEL *sorted, int64_t stride, int64_t y, PIXEL *out, const int64_t size) {
  const int64_t channels = m->channels, count = m->width * channels;
  const PIXEL *in = (const PIXEL *)m->input + y * count;
  const PIXEL *first = sorted - size / 2 * channels;
#define MEDIAN(i) (size == 3 ? AREA(median_3)(first + (i), stride, channels) : AREA(median_5)(first + (i), stride, channels))
  const float threshold = m->threshold;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VECTOR v = MEDIAN(i);
    if (threshold >= 0) v = AREA(unless_near)(*(const VECTOR *)(in + i), v, threshold);
    *(VECTOR *)(out + i) = v;
  }
  if (i < count) {
    VECTOR v = MEDIAN(i);
    if (threshold >= 0) v = AREA(unless_near)(AREA(load)(in, i, count), v, threshold);
    memcpy(out + i, &v, (size_t)(count - i) * sizeof(PIXEL));
  }
#undef MEDIAN
}

static void AREA(median)(const LoamMedian *m, void *scratch) {
  const int64_t stride = AREA(median_stride)(m);
  PIXEL *sorted = (PIXEL *)(((uintptr_t)scratch + 63) / 64 * 64) + AREA(median_border);
  const int64_t count = m->width * m->channels, bytes = count * (int64_t)sizeof(PIXEL);
  const int streams = m->streams && streams_bytes(bytes);
  PIXEL *row = sorted + (m->size == 3 ? 6 : 5) * stride;
  for (int64_t y = 0; y < m->height; y += m->size == 3 ? 2 : 1) {
    if (m->size == 3) AREA(sort_columns_3)(m, y, sorted, stride); else AREA(sort_columns_5)(m, y, sorted, stride);
    for (int64_t k = 0; k < (m->size == 3 ? 2 : 1) && y + k < m->height; k++) {
      PIXEL *place = (PIXEL *)m->output + (y + k) * count, *made = streams ? row : place;
      if (m->size == 3) AREA(median_row)(m, sorted + 3 * k * stride, stride, y + k, made, 3);
      else AREA(median_row)(m, sorted, stride, y, made, 5);
      if (streams) stream_row((const uint8_t *)made, (uint8_t *)place, bytes, 0);
    }
  }
  if (streams) end_streams();
}
#undef ORDER
