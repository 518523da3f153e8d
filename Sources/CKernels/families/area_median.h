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

// The `size` rows around `y`, sorted column by column, with a border.
INLINE void AREA(sort_columns)(const LoamMedian *m, int64_t y, const int64_t size, PIXEL *sorted, int64_t stride) {
  const int64_t count = m->width * m->channels, radius = size / 2, pad = radius * m->channels;
  const PIXEL *rows[5];
  for (int64_t k = 0; k < size; k++) {
    int64_t row = y + k - radius;
    row = row < 0 ? 0 : row >= m->height ? m->height - 1 : row;
    rows[k] = (const PIXEL *)m->input + row * count;
  }
  for (int64_t i = 0; i < count; i += LANES) {
    VECTOR v[5];
    for (int64_t k = 0; k < size; k++) {
      if (i + LANES <= count) v[k] = *(const VECTOR *)(rows[k] + i);
      else {
        PIXEL some[LANES] = {0};
        memcpy(some, rows[k] + i, (size_t)(count - i) * sizeof(PIXEL));
        v[k] = *(const VECTOR *)some;
      }
    }
    if (size == 3) { ORDER(v[0], v[1]) ORDER(v[1], v[2]) ORDER(v[0], v[1]) } else AREA(sort_5)(v);
    for (int64_t k = 0; k < size; k++) *(VECTOR *)(sorted + k * stride + pad + i) = v[k];
  }
  for (int64_t k = 0; k < size; k++) {
    PIXEL *inner = sorted + k * stride + pad;
    for (int64_t i = 0; i < pad; i++) {
      inner[-1 - i] = inner[m->channels - 1 - i % m->channels];
      inner[count + i] = inner[count - m->channels + i % m->channels];
    }
  }
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
  return m->size * ((m->width + m->size) * m->channels + 2 * AREA_SLACK) * (int64_t)sizeof(PIXEL) + 64;
}

static void AREA(median)(const LoamMedian *m, void *scratch) {
  const int64_t count = m->width * m->channels, stride = (m->width + m->size) * m->channels + 2 * AREA_SLACK;
  PIXEL *sorted = scratch;
  for (int64_t y = 0; y < m->height; y++) {
    if (m->size == 3) AREA(sort_columns)(m, y, 3, sorted, stride);
    else AREA(sort_columns)(m, y, 5, sorted, stride);
    PIXEL *out = (PIXEL *)m->output + y * count;
    const PIXEL *in = (const PIXEL *)m->input + y * count;
    for (int64_t i = 0; i < count; i += LANES) {
      VECTOR v = m->size == 3 ? AREA(median_3)(sorted + i, stride, m->channels) : AREA(median_5)(sorted + i, stride, m->channels);
      if (m->threshold >= 0) {
        VECTOR own = (VECTOR){};
        if (i + LANES <= count) own = *(const VECTOR *)(in + i); else memcpy(&own, in + i, (size_t)(count - i) * sizeof(PIXEL));
        v = AREA(unless_near)(own, v, m->threshold);
      }
      if (i + LANES <= count) *(VECTOR *)(out + i) = v;
      else memcpy(out + i, &v, (size_t)(count - i) * sizeof(PIXEL));
    }
  }
}
#undef ORDER
