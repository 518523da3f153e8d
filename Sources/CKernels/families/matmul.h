// Matrix products, by tiles (tile.h), and of vectors (matvec.h). The algorithm is selected by the shape alone; all produce the same bits.
//   vector:  a matrix by a vector.
//   outer:   a column by a row.
//   columns: few rows of A. The outer loop is over panels of B. A panel is read in place, unless B is transposed or its
//            row stride causes cache set conflicts: then it is packed in blocks.
//   rows:    many rows of A. Blocks of B are packed into panels once, and reused by all row tiles of A.
//   turned:  few rows of A and a transposed B, as in the gradient of a dense layer. A is transposed instead of B: the
//            transpose of C is computed, and each tile is stored transposed.

enum { NAME(k_block) = 256, NAME(block_bytes) = 384 << 10, NAME(turned_bytes) = 1 << 20, NAME(few_rows) = 192, NAME(packed_panels) = 4 };
typedef enum { NAME(by_vector), NAME(by_outer), NAME(by_columns), NAME(by_rows), NAME(turned) } NAME(Way);

static NAME(Way) NAME(way)(const LoamMatMul *p) {
  if (p->m == 1 || p->n == 1) return NAME(by_vector);
  if (p->k == 1) return NAME(by_outer);
  if (p->m > NAME(few_rows)) return NAME(by_rows);
  int fits = NAME(round_up)(p->m) * p->k * (int64_t)sizeof(TYPE) <= NAME(turned_bytes);
  return p->transpose_b && !p->transpose_a && fits ? NAME(turned) : NAME(by_columns);
}

static int64_t NAME(ceil_divide)(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t NAME(units_each)(const LoamMatMul *p) {
  switch (NAME(way)(p)) {
    case NAME(by_vector): return NAME(ceil_divide)(p->n == 1 ? p->m : p->n, NAME(vector_rows));
    case NAME(by_outer): return NAME(ceil_divide)(p->m, NAME(outer_rows));
    case NAME(by_columns): return NAME(ceil_divide)(p->n, NAME(panel));
    case NAME(by_rows): return NAME(ceil_divide)(p->m, TILE_ROWS);
    default: return NAME(ceil_divide)(p->n, TILE_ROWS);
  }
}

static int64_t NAME(matmul_units)(const LoamMatMul *p) { return p->batch * NAME(units_each)(p); }

static int64_t NAME(matmul_scratch)(const LoamMatMul *p) {
  int64_t steps = p->transpose_a ? p->k * (int64_t)sizeof(TYPE *) : 0;
  switch (NAME(way)(p)) {
    case NAME(by_vector): case NAME(by_outer): return 0;
    case NAME(by_columns): return steps + NAME(k_block) * NAME(packed_panels) * NAME(panel) * (int64_t)sizeof(TYPE);
    case NAME(by_rows): return steps + NAME(block_bytes);
    default: return NAME(round_up)(p->m) * p->k * (int64_t)sizeof(TYPE);
  }
}

// One matrix of the batch.
typedef struct {
  const TYPE *a, *b;
  TYPE *c;
  const TYPE **steps;               // columns of A, if it is transposed
  TYPE *packed;
} NAME(Matrices);

// Sets the addresses of a tile: rows [row, row + rows) of A and C, k from `from`, columns of C from `column`.
static void NAME(aim)(const LoamMatMul *p, const NAME(Matrices) *x, NAME(Tile) *t, int64_t row, int rows, int64_t from, int64_t column) {
  t->steps = x->steps + from;
  t->offset = row;
  for (int r = 0; r < rows; r++) {
    if (!p->transpose_a) t->rows[r] = x->a + (row + r) * p->k + from;
    t->c[r] = x->c + (row + r) * p->n + column;
  }
}

// Packs columns [left, right) and rows [from, from + count) of op(B) into consecutive panels, row by row, which is the
// order of B in memory.
static void NAME(pack_panels)(const LoamMatMul *p, const NAME(Matrices) *x, int64_t from, int64_t count, int64_t left, int64_t right) {
  const int64_t b_step = p->transpose_b ? p->k : p->n, whole = (right - left) / NAME(panel) * NAME(panel);
  if (!p->transpose_b && whole > 0) {
    for (int64_t i = 0; i < count; i++) {
      const TYPE *row = x->b + (from + i) * b_step + left;
      for (int64_t column = 0; column < whole; column += NAME(panel)) {
        TYPE *to = x->packed + column * count + i * NAME(panel);
        UNROLLED for (int v = 0; v < TILE_VECTORS; v++)
          *(VECTOR *)(to + v * NAME(lane_count)) = *(const VECTOR *)(row + column + v * NAME(lane_count));
      }
    }
  }
  for (int64_t column = left + (p->transpose_b ? 0 : whole), width; column < right; column += width) {
    width = right - column < NAME(panel) ? right - column : NAME(panel);
    TYPE *to = x->packed + (column - left) * count;
    if (p->transpose_b) NAME(pack_turned)(x->b + column * b_step + from, b_step, width, count, to);
    else NAME(pack)(x->b + from * b_step + column, b_step, width, count, to);
  }
}

// Multiplies all rows of A by one panel of B, for a block of k.
static void NAME(over_rows)(const LoamMatMul *p, const NAME(Matrices) *x, NAME(Tile) *t, int64_t from, int64_t column, int64_t width) {
  for (int64_t row = 0; row < p->m; row += TILE_ROWS) {
    int rows = (int)(p->m - row < TILE_ROWS ? p->m - row : TILE_ROWS);
    NAME(aim)(p, x, t, row, rows, from, column);
    NAME(run_tile)(t, rows, width, p->transpose_a);
  }
}

static void NAME(matmul_columns)(const LoamMatMul *p, const NAME(Matrices) *x, int64_t begin, int64_t end) {
  const int64_t m = p->m, n = p->n, k = p->k, b_step = p->transpose_b ? k : n;
  const int64_t last = end * NAME(panel) < n ? end * NAME(panel) : n;
  // Rows at a stride of a multiple of 512 bytes map to few cache sets.
  const int is_scattered = b_step * (int64_t)sizeof(TYPE) % 512 == 0 && k > 16 && m > 2 * TILE_ROWS;
  const int in_place = !p->transpose_b && !is_scattered;
  if (in_place) {
    for (int64_t column = begin * NAME(panel), width; column < last; column += width) {
      width = last - column < NAME(panel) ? last - column : NAME(panel);
      // A partial vector at the end is packed, in smaller blocks.
      int is_whole = width % NAME(lane_count) == 0;
      int64_t block = is_whole ? 1024 : NAME(k_block);
      for (int64_t from = 0; from < k; from += block) {
        int64_t count = k - from < block ? k - from : block;
        NAME(Tile) t = {.segments = 1, .k = count, .more = from > 0, .b = x->b + from * b_step + column, .b_step = b_step};
        if (!is_whole) {
          NAME(pack)(t.b, b_step, width, count, x->packed);
          t.b = x->packed;
          t.b_step = NAME(round_up)(width);
        }
        NAME(over_rows)(p, x, &t, from, column, width);
      }
    }
    return;
  }
  // Several panels are packed at a time, for longer sequential reads.
  for (int64_t left = begin * NAME(panel); left < last; left += NAME(packed_panels) * NAME(panel)) {
    int64_t right = last - left < NAME(packed_panels) * NAME(panel) ? last : left + NAME(packed_panels) * NAME(panel);
    for (int64_t from = 0; from < k; from += NAME(k_block)) {
      int64_t count = k - from < NAME(k_block) ? k - from : NAME(k_block);
      NAME(pack_panels)(p, x, from, count, left, right);
      for (int64_t column = left, width; column < right; column += width) {
        width = right - column < NAME(panel) ? right - column : NAME(panel);
        NAME(Tile) t = {.segments = 1, .k = count, .more = from > 0, .b = x->packed + (column - left) * count, .b_step = NAME(round_up)(width)};
        NAME(over_rows)(p, x, &t, from, column, width);
      }
    }
  }
}

static void NAME(matmul_rows)(const LoamMatMul *p, const NAME(Matrices) *x, int64_t begin, int64_t end) {
  const int64_t m = p->m, n = p->n, k = p->k;
  const int64_t last = end * TILE_ROWS < m ? end * TILE_ROWS : m;
  for (int64_t from = 0; from < k; from += NAME(k_block)) {
    int64_t count = k - from < NAME(k_block) ? k - from : NAME(k_block);
    int64_t most = NAME(block_bytes) / (int64_t)sizeof(TYPE) / count / NAME(panel) * NAME(panel);
    for (int64_t left = 0; left < n; left += most) {
      int64_t right = n - left < most ? n : left + most;
      NAME(pack_panels)(p, x, from, count, left, right);
      for (int64_t row = begin * TILE_ROWS; row < last; row += TILE_ROWS) {
        int rows = (int)(last - row < TILE_ROWS ? last - row : TILE_ROWS);
        for (int64_t column = left; column < right; column += NAME(panel)) {
          int64_t width = right - column < NAME(panel) ? right - column : NAME(panel);
          NAME(Tile) t = {.segments = 1, .k = count, .more = from > 0, .b = x->packed + (column - left) * count, .b_step = NAME(round_up)(width)};
          NAME(aim)(p, x, &t, row, rows, from, column);
          NAME(run_tile)(&t, rows, width, p->transpose_a);
        }
      }
    }
  }
}

// C = A Bᵀ as the transpose of B Aᵀ: the tile rows are rows of B, and Aᵀ is packed as the right operand.
static void NAME(matmul_turned)(const LoamMatMul *p, const NAME(Matrices) *x, int64_t begin, int64_t end) {
  const int64_t m = p->m, n = p->n, k = p->k;
  for (int64_t column = 0; column < m; column += NAME(panel)) {
    int64_t width = m - column < NAME(panel) ? m - column : NAME(panel);
    NAME(pack_turned)(x->a + column * k, k, width, k, x->packed + column * k);
  }
  TYPE across[TILE_ROWS][NAME(panel)] __attribute__((aligned(64)));
  for (int64_t row = begin * TILE_ROWS; row < n && row < end * TILE_ROWS; row += TILE_ROWS) {
    int rows = (int)(n - row < TILE_ROWS ? n - row : TILE_ROWS);
    for (int64_t column = 0; column < m; column += NAME(panel)) {
      int64_t width = m - column < NAME(panel) ? m - column : NAME(panel);
      NAME(Tile) t = {.segments = 1, .k = k, .b = x->packed + column * k, .b_step = NAME(round_up)(width)};
      for (int r = 0; r < rows; r++) {
        t.rows[r] = x->b + (row + r) * k;
        t.c[r] = across[r];
      }
      // `across` holds full vectors, so there is no partial width.
      NAME(run_tile)(&t, rows, t.b_step, 0);
      for (int64_t j = 0; j < width; j++)
        for (int r = 0; r < rows; r++) x->c[(column + j) * n + row + r] = across[r][j];
    }
  }
}

// A matrix with one column, or one row, which is the left operand of the transposed product.
static void NAME(matmul_vector)(const LoamMatMul *p, const TYPE *a, const TYPE *b, TYPE *c, int64_t begin, int64_t end) {
  const int is_column = p->n == 1, is_turned = is_column ? p->transpose_a : !p->transpose_b;
  const NAME(MatVec) product = {
    .matrix = is_column ? a : b, .vector = is_column ? b : a, .y = c, .rows = is_column ? p->m : p->n, .k = p->k};
  if (is_turned) NAME(matvec_columns)(&product, begin, end);
  else NAME(matvec_rows)(&product, begin, end);
}

// Units [begin, end) are results of a vector, rows of an outer product, panels or row tiles, numbered over the batch.
static void NAME(matmul)(const LoamMatMul *p, int64_t begin, int64_t end, void *scratch) {
  const int64_t m = p->m, n = p->n, k = p->k, each = NAME(units_each)(p);
  const NAME(Way) way = NAME(way)(p);
  while (begin < end) {
    int64_t batch = begin / each, first = begin % each;
    int64_t last = first + (end - begin) < each ? first + (end - begin) : each;
    NAME(Matrices) x = {
      .a = (const TYPE *)p->a + batch * p->stride_a, .b = (const TYPE *)p->b + batch * p->stride_b,
      .c = (TYPE *)p->c + batch * m * n, .steps = scratch, .packed = scratch,
    };
    const int is_tiled = way != NAME(by_vector) && way != NAME(by_outer);
    if (p->transpose_a && is_tiled) {
      x.packed = (TYPE *)(x.steps + k);
      for (int64_t i = 0; i < k; i++) x.steps[i] = x.a + i * m;
    }
    if (k == 0) { if (first == 0) memset(x.c, 0, (size_t)(m * n) * sizeof(TYPE)); }
    else if (way == NAME(by_vector)) NAME(matmul_vector)(p, x.a, x.b, x.c, first, last);
    else if (way == NAME(by_outer)) NAME(outer)(x.a, x.b, x.c, m, n, first, last);
    else if (way == NAME(by_columns)) NAME(matmul_columns)(p, &x, first, last);
    else if (way == NAME(by_rows)) NAME(matmul_rows)(p, &x, first, last);
    else NAME(matmul_turned)(p, &x, first, last);
    begin += last - first;
  }
}
