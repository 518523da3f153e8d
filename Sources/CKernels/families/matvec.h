// Products of a matrix and a vector, and of a column and a row. A tile would fill one lane of each vector of C, or spend its
// time on loading and storing it. Every element is the same chain of fused multiply-adds as in a tile: the same bits.

enum { NAME(vector_rows) = 16, NAME(outer_rows) = 8, NAME(columns_at_once) = 4096 };

// A product of a matrix by the vector [k]: `rows` results. The matrix is [rows, k], or [k, rows] if it is `turned`.
typedef struct {
  const TYPE *matrix, *vector;
  TYPE *y;
  int64_t rows, k;
} NAME(MatVec);

typedef TYPE NAME(Eight) __attribute__((vector_size(8 * sizeof(TYPE)), aligned(sizeof(TYPE))));

#if LOAM_HAS_TRANSPOSE
// Transposes 8 by 8 floats: pairs within halves, pairs of pairs, halves.
INLINE void NAME(turn_eight)(const TYPE *const *row, int64_t at, NAME(Eight) x[8]) {
  NAME(Eight) y[8];
  UNROLLED for (int i = 0; i < 8; i++) x[i] = *(const NAME(Eight) *)(row[i] + at);
  UNROLLED for (int i = 0; i < 8; i += 2) {
    y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  UNROLLED for (int i = 0; i < 8; i += 4)
    UNROLLED for (int j = 0; j < 2; j++) {
      x[i + 2 * j] = __builtin_shufflevector(y[i + j], y[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      x[i + 2 * j + 1] = __builtin_shufflevector(y[i + j], y[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  UNROLLED for (int i = 0; i < 4; i++) {
    y[i] = __builtin_shufflevector(x[i], x[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    y[i + 4] = __builtin_shufflevector(x[i], x[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  UNROLLED for (int i = 0; i < 8; i++) x[i] = y[i];
}
#endif

// Continues the chains of eight rows over `count` numbers from `at`.
INLINE NAME(Eight) NAME(eight_rows)(const TYPE *const *row, const TYPE *vector, int64_t at, int64_t count, NAME(Eight) sum) {
  int64_t i = at;
#if LOAM_HAS_TRANSPOSE
  for (; i + 8 <= at + count; i += 8) {
    NAME(Eight) x[8];
    NAME(turn_eight)(row, i, x);
    UNROLLED for (int j = 0; j < 8; j++) sum = FUSED(x[j], vector[i + j] - (NAME(Eight)){}, sum);
  }
#endif
  for (; i < at + count; i++) {
    NAME(Eight) x;
    UNROLLED for (int r = 0; r < 8; r++) x[r] = row[r][i];
    sum = FUSED(x, vector[i] - (NAME(Eight)){}, sum);
  }
  return sum;
}

// Units are `vector_rows` results, in two groups of eight, whose chains are independent.
static void NAME(matvec_rows)(const NAME(MatVec) *p, int64_t begin, int64_t end) {
  for (int64_t first = begin * NAME(vector_rows); first < p->rows && first < end * NAME(vector_rows); first += NAME(vector_rows)) {
    const TYPE *row[NAME(vector_rows)];
    // Rows beyond the last are the last.
    for (int r = 0; r < NAME(vector_rows); r++) row[r] = p->matrix + (first + r < p->rows ? first + r : p->rows - 1) * p->k;
    NAME(Eight) low = {}, high = {};
    const int both = first + 8 < p->rows;
    for (int64_t at = 0; at < p->k; at += 16) {
      const int64_t count = p->k - at < 16 ? p->k - at : 16;
      low = NAME(eight_rows)(row, p->vector, at, count, low);
      if (both) high = NAME(eight_rows)(row + 8, p->vector, at, count, high);
    }
    TYPE y[NAME(vector_rows)];
    *(NAME(Eight) *)y = low;
    *(NAME(Eight) *)(y + 8) = high;
    const int64_t left = p->rows - first;
    memcpy(p->y + first, y, (size_t)(left < NAME(vector_rows) ? left : NAME(vector_rows)) * sizeof(TYPE));
  }
}

// y[from, to) += matrix[i, ...] vector[i], for `count` numbers i from `at`, at most 4.
INLINE void NAME(add_rows)(const NAME(MatVec) *p, int64_t at, int count, int64_t from, int64_t to) {
  const TYPE *row = p->matrix + at * p->rows;
  int64_t j = from;
  for (; j + NAME(lane_count) <= to; j += NAME(lane_count)) {
    VECTOR sum = at == 0 ? (VECTOR){} : *(VECTOR *)(p->y + j);
    for (int i = 0; i < count; i++) sum = FUSED(SPREAD(p->vector[at + i]), *(const VECTOR *)(row + i * p->rows + j), sum);
    *(VECTOR *)(p->y + j) = sum;
  }
  for (; j < to; j++) {
    TYPE sum = at == 0 ? 0 : p->y[j];
    for (int i = 0; i < count; i++) sum = FUSED(p->vector[at + i], row[i * p->rows + j], sum);
    p->y[j] = sum;
  }
}

// Units are `vector_rows` results, which are columns of the stored matrix; they are read row by row.
static void NAME(matvec_columns)(const NAME(MatVec) *p, int64_t begin, int64_t end) {
  const int64_t last = end * NAME(vector_rows) < p->rows ? end * NAME(vector_rows) : p->rows;
  for (int64_t from = begin * NAME(vector_rows); from < last; from += NAME(columns_at_once)) {
    const int64_t to = last - from < NAME(columns_at_once) ? last : from + NAME(columns_at_once);
    int64_t at = 0;
    for (; at + 4 <= p->k; at += 4) NAME(add_rows)(p, at, 4, from, to);
    for (; at < p->k; at++) NAME(add_rows)(p, at, 1, from, to);
  }
}

// The product of a column [m] and a row [n]; units are `outer_rows` rows. A sum with 0, as a chain begins with it.
static void NAME(outer)(const TYPE *a, const TYPE *b, TYPE *c, int64_t m, int64_t n, int64_t begin, int64_t end) {
  for (int64_t i = begin * NAME(outer_rows); i < m && i < end * NAME(outer_rows); i++) {
    const VECTOR left = SPREAD(a[i]);
    TYPE *y = c + i * n;
    int64_t j = 0;
    for (; j + NAME(lane_count) <= n; j += NAME(lane_count)) *(VECTOR *)(y + j) = FUSED(left, *(const VECTOR *)(b + j), (VECTOR){});
    for (; j < n; j++) y[j] = FUSED(a[i], b[j], (TYPE)0);
  }
}
