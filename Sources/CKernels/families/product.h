// Matrix products. Every element of C is one chain of fused multiply-adds over k in rising order,
// whatever the tile, the thread or the instruction set: the same bits everywhere.
// A tile of C, ROWS by TILE_VECTORS vectors, stays in registers while k runs. B is read where it
// lies if its rows are contiguous (packing it costs more than it gives at a batch of 64);
// transposed or ragged panels are copied once to a small buffer.

enum { NAME(lanes_p) = 64 / sizeof(TYPE), NAME(panel) = TILE_VECTORS * NAME(lanes_p) };

#define TILE(rows)                                                                        \
  static __attribute__((noinline)) void NAME(tile##rows)(                                  \
      int64_t k, const TYPE *a, int64_t row_step, int64_t k_step, const TYPE *b,           \
      int64_t b_step, TYPE *c, int64_t c_step, int more) {                                 \
    VECTOR sum[rows][TILE_VECTORS];                                                        \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                      \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < TILE_VECTORS; v++)            \
        sum[r][v] = more ? *(VECTOR *)(c + r * c_step + v * NAME(lanes_p)) : (VECTOR){};   \
    for (int64_t i = 0; i < k; i++) {                                                      \
      VECTOR right[TILE_VECTORS];                                                          \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < TILE_VECTORS; v++) {          \
        right[v] = *(const VECTOR *)(b + v * NAME(lanes_p));                               \
        __builtin_prefetch(b + 8 * b_step + v * NAME(lanes_p));                            \
      }                                                                                    \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                  \
        VECTOR left = (VECTOR){} + a[r * row_step];                                        \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < TILE_VECTORS; v++)          \
          sum[r][v] = FUSED(left, right[v], sum[r][v]);                                    \
      }                                                                                    \
      a += k_step;                                                                         \
      b += b_step;                                                                         \
    }                                                                                      \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                      \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < TILE_VECTORS; v++)            \
        *(VECTOR *)(c + r * c_step + v * NAME(lanes_p)) = sum[r][v];                       \
  }
TILE(1) TILE(2) TILE(3) TILE(4)
#if TILE_ROWS > 4
TILE(5) TILE(6) TILE(7) TILE(8)
#endif
#undef TILE

static void NAME(tile)(int rows, int64_t k, const TYPE *a, int64_t row_step, int64_t k_step,
                       const TYPE *b, int64_t b_step, TYPE *c, int64_t c_step, int more) {
  switch (rows) {
    case 1: NAME(tile1)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
    case 2: NAME(tile2)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
    case 3: NAME(tile3)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
    case 4: NAME(tile4)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
#if TILE_ROWS > 4
    case 5: NAME(tile5)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
    case 6: NAME(tile6)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
    case 7: NAME(tile7)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
    default: NAME(tile8)(k, a, row_step, k_step, b, b_step, c, c_step, more); break;
#endif
  }
}

// Copies columns [first, first + width) and rows [from, from + count) of op(B) to `to`, rows of
// a full panel with zeros behind.
static void NAME(pack)(const TYPE *b, int64_t step, int transposed, int64_t first, int64_t width,
                       int64_t from, int64_t count, TYPE *to) {
  if (!transposed) {
    for (int64_t i = 0; i < count; i++) {
      memcpy(to + i * NAME(panel), b + (from + i) * step + first, (size_t)width * sizeof(TYPE));
      memset(to + i * NAME(panel) + width, 0, (size_t)(NAME(panel) - width) * sizeof(TYPE));
    }
    return;
  }
  if (width < NAME(panel)) memset(to, 0, (size_t)(count * NAME(panel)) * sizeof(TYPE));
  // In squares, so that both sides stay within a few cache lines.
  for (int64_t i0 = 0; i0 < count; i0 += 16)
    for (int64_t j0 = 0; j0 < width; j0 += 16) {
      int64_t i1 = i0 + 16 < count ? i0 + 16 : count, j1 = j0 + 16 < width ? j0 + 16 : width;
      for (int64_t j = j0; j < j1; j++)
        for (int64_t i = i0; i < i1; i++) to[i * NAME(panel) + j] = b[(first + j) * step + from + i];
    }
}

// Rows [begin, end) of C, counted through the batch. k is taken in blocks of 1,024, each going on
// from the sums that the last one left in C, so that a panel stays in the second-level cache.
static void NAME(product)(const LoamProduct *p, int64_t begin, int64_t end) {
  enum { K_BLOCK = 1024 };
  const int64_t m = p->m, n = p->n, k = p->k;
  const int64_t a_rows = p->transpose_a ? 1 : k, a_k = p->transpose_a ? m : 1;
  const int64_t b_step = p->transpose_b ? k : n;
  TYPE packed[K_BLOCK * NAME(panel)] __attribute__((aligned(64)));
  TYPE edge[TILE_ROWS * NAME(panel)] __attribute__((aligned(64)));
  if (k == 0) {
    memset((TYPE *)p->c + begin * n, 0, (size_t)((end - begin) * n) * sizeof(TYPE));
    return;
  }
  while (begin < end) {
    int64_t batch = begin / m, first = begin % m;
    int64_t last = first + (end - begin) < m ? first + (end - begin) : m;
    const TYPE *a = (const TYPE *)p->a + batch * p->stride_a;
    const TYPE *b = (const TYPE *)p->b + batch * p->stride_b;
    TYPE *c = (TYPE *)p->c + batch * m * n;
    for (int64_t column = 0; column < n; column += NAME(panel)) {
      int64_t width = n - column < NAME(panel) ? n - column : NAME(panel);
      int whole = width == NAME(panel), in_place = !p->transpose_b && whole;
      for (int64_t from = 0; from < k; from += K_BLOCK) {
        int64_t count = k - from < K_BLOCK ? k - from : K_BLOCK;
        if (!in_place) NAME(pack)(b, b_step, p->transpose_b, column, width, from, count, packed);
        const TYPE *right = in_place ? b + from * b_step + column : packed;
        int64_t right_step = in_place ? b_step : NAME(panel);
        for (int64_t row = first; row < last; row += TILE_ROWS) {
          int rows = (int)(last - row < TILE_ROWS ? last - row : TILE_ROWS);
          const TYPE *left = a + row * a_rows + from * a_k;
          TYPE *to = c + row * n + column;
          if (whole) {
            NAME(tile)(rows, count, left, a_rows, a_k, right, right_step, to, n, from > 0);
            continue;
          }
          if (from > 0)
            for (int r = 0; r < rows; r++)
              memcpy(edge + r * NAME(panel), to + r * n, (size_t)width * sizeof(TYPE));
          NAME(tile)(rows, count, left, a_rows, a_k, right, right_step, edge, NAME(panel), from > 0);
          for (int r = 0; r < rows; r++)
            memcpy(to + r * n, edge + r * NAME(panel), (size_t)width * sizeof(TYPE));
        }
      }
    }
    begin += last - first;
  }
}
