// Tiles: micro-kernels that keep a few rows by a few vectors of C in registers while k runs. Matrix products and
// convolutions are built from them. Every element of C is one chain of fused multiply-adds over ascending k, for any tile,
// thread and instruction set: the same bits everywhere.

enum {
  NAME(lane_count) = 64 / sizeof(TYPE),
  NAME(panel) = TILE_VECTORS * NAME(lane_count),
};

// One tile: the sum over k of A(row, k) B(k, column), where A is addressed in one of two ways.
typedef struct {
  // By rows: `segments` runs of `k` contiguous elements from the start of each row, `segment_step` apart.
  const TYPE *rows[TILE_ROWS];
  int64_t segments, segment_step;
  // By columns: for each k, all rows are contiguous at steps[k] + offset.
  const TYPE *const *steps;
  int64_t offset;
  int64_t k;
  const TYPE *b;
  int64_t b_step;
  TYPE *c[TILE_ROWS];
  int more;                         // accumulate into C
} NAME(Tile);

#define UNROLLED _Pragma("clang loop unroll(full)")
// Compiles to a broadcast, since x - 0 is x for every x; x + 0 is not, for -0.
#define SPREAD(x) ((x) - (VECTOR){})

// One k: multiplies a row of B by LEFT, the element of A in row r, for all rows.
#define STEP(count, vectors, LEFT)                                                             \
  VECTOR right[vectors];                                                                       \
  UNROLLED for (int v = 0; v < vectors; v++) {                                                 \
    right[v] = *(const VECTOR *)(b + v * NAME(lane_count));                                    \
    __builtin_prefetch(b + 8 * b_step + v * NAME(lane_count));                                 \
  }                                                                                            \
  UNROLLED for (int r = 0; r < count; r++) {                                                   \
    VECTOR left = SPREAD(LEFT);                                                                \
    UNROLLED for (int v = 0; v < vectors; v++) sum[r][v] = FUSED(left, right[v], sum[r][v]);    \
  }

#define TILE(count, vectors) TILE_OF(count, vectors)  // expands TILE_HALF before it is pasted into a name
#define TILE_OF(count, vectors)                                                                \
  INLINE void NAME(start_##count##_##vectors)(const NAME(Tile) *t, VECTOR sum[count][vectors]) { \
    UNROLLED for (int r = 0; r < count; r++)                                                   \
      UNROLLED for (int v = 0; v < vectors; v++)                                               \
        sum[r][v] = t->more ? *(VECTOR *)(t->c[r] + v * NAME(lane_count)) : (VECTOR){};         \
  }                                                                                            \
  INLINE void NAME(finish_##count##_##vectors)(const NAME(Tile) *t, VECTOR sum[count][vectors]) { \
    UNROLLED for (int r = 0; r < count; r++)                                                   \
      UNROLLED for (int v = 0; v < vectors; v++)                                               \
        *(VECTOR *)(t->c[r] + v * NAME(lane_count)) = sum[r][v];                                \
  }                                                                                            \
  static __attribute__((noinline)) void NAME(rows_##count##_##vectors)(const NAME(Tile) *t) {   \
    VECTOR sum[count][vectors];                                                                \
    NAME(start_##count##_##vectors)(t, sum);                                                   \
    const int64_t b_step = t->b_step, k = t->k;                                                \
    const TYPE *b = t->b, *a[count];                                                           \
    for (int64_t s = 0; s < t->segments; s++) {                                                \
      UNROLLED for (int r = 0; r < count; r++) a[r] = t->rows[r] + s * t->segment_step;        \
      for (int64_t i = 0; i < k; i++, b += b_step) {                                           \
        STEP(count, vectors, a[r][i])                                                          \
      }                                                                                        \
    }                                                                                          \
    NAME(finish_##count##_##vectors)(t, sum);                                                  \
  }                                                                                            \
  static __attribute__((noinline)) void NAME(columns_##count##_##vectors)(const NAME(Tile) *t) { \
    VECTOR sum[count][vectors];                                                                \
    NAME(start_##count##_##vectors)(t, sum);                                                   \
    const int64_t b_step = t->b_step, k = t->k, offset = t->offset;                            \
    const TYPE *b = t->b;                                                                      \
    for (int64_t i = 0; i < k; i++, b += b_step) {                                             \
      const TYPE *a = t->steps[i] + offset;                                                    \
      STEP(count, vectors, a[r])                                                               \
    }                                                                                          \
    NAME(finish_##count##_##vectors)(t, sum);                                                  \
  }

#define TILES(vectors) TILE(1, vectors) TILE(TILE_HALF, vectors) TILE(TILE_ROWS, vectors)
TILES(1)
#if TILE_VECTORS > 1
TILES(2) TILES(3)
#endif
#undef TILES
#undef TILE
#undef TILE_OF
#undef STEP

typedef void (*NAME(TileFunction))(const NAME(Tile) *);

// The tile function for a number of rows (1, TILE_HALF or TILE_ROWS) and vectors.
INLINE NAME(TileFunction) NAME(tile_of)(int rows, int vectors, int by_columns) {
#define PICK(kind, vectors) \
  (rows == 1 ? NAME(kind##_1_##vectors) : rows == TILE_HALF ? NAME_HALF(kind, vectors) : NAME_FULL(kind, vectors))
#define NAME_ROWS(kind, count, vectors) NAME_JOIN(kind, count, vectors)
#define NAME_JOIN(kind, count, vectors) NAME(kind##_##count##_##vectors)
#define NAME_HALF(kind, vectors) NAME_ROWS(kind, TILE_HALF, vectors)
#define NAME_FULL(kind, vectors) NAME_ROWS(kind, TILE_ROWS, vectors)
#if TILE_VECTORS > 1
  if (vectors == 3) return by_columns ? PICK(columns, 3) : PICK(rows, 3);
  if (vectors == 2) return by_columns ? PICK(columns, 2) : PICK(rows, 2);
#endif
  (void)vectors;
  return by_columns ? PICK(columns, 1) : PICK(rows, 1);
#undef PICK
#undef NAME_ROWS
#undef NAME_JOIN
#undef NAME_HALF
#undef NAME_FULL
}

// Runs a tile with any number of rows and `width` columns. A width that is not a multiple of the vector length goes
// through a buffer of full vectors, which is loaded from C if `more` is set.
static void NAME(run_tile)(NAME(Tile) *t, int rows, int64_t width, int by_columns) {
  int vectors = (int)((width + NAME(lane_count) - 1) / NAME(lane_count));
  int done = 0, ragged = width % NAME(lane_count) != 0;
  while (done < rows) {
    int count = rows - done >= TILE_ROWS ? TILE_ROWS : rows - done >= TILE_HALF ? TILE_HALF : 1;
    NAME(Tile) part = *t;
    part.offset += done;
    for (int r = 0; r < count; r++) {
      part.rows[r] = t->rows[done + r];
      part.c[r] = t->c[done + r];
    }
    if (ragged) {
      TYPE edge[TILE_ROWS][NAME(panel)] __attribute__((aligned(64)));
      for (int r = 0; r < count; r++) {
        if (t->more) memcpy(edge[r], t->c[done + r], (size_t)width * sizeof(TYPE));
        part.c[r] = edge[r];
      }
      NAME(tile_of)(count, vectors, by_columns)(&part);
      for (int r = 0; r < count; r++) memcpy(t->c[done + r], edge[r], (size_t)width * sizeof(TYPE));
    } else {
      NAME(tile_of)(count, vectors, by_columns)(&part);
    }
    done += count;
  }
}

INLINE int64_t NAME(round_up)(int64_t n) { return (n + NAME(lane_count) - 1) / NAME(lane_count) * NAME(lane_count); }

// Packs `width` columns of `count` rows of B, `step` apart, zero-padded to full vectors.
static void NAME(pack)(const TYPE *b, int64_t step, int64_t width, int64_t count, TYPE *to) {
  int64_t wide = NAME(round_up)(width);
  for (int64_t i = 0; i < count; i++, to += wide, b += step) {
    memcpy(to, b, (size_t)width * sizeof(TYPE));
    if (wide > width) memset(to + width, 0, (size_t)(wide - width) * sizeof(TYPE));
  }
}

#if LOAM_HAS_TRANSPOSE
// Transposes a 16 by 16 block of floats, by four rounds of pairwise interleaving.
INLINE void NAME(turn_square)(const TYPE *from, int64_t from_step, TYPE *to, int64_t to_step) {
  VECTOR x[16], y[16];
  UNROLLED for (int i = 0; i < 16; i++) x[i] = *(const VECTOR *)(from + i * from_step);
#define ROUND(x, y)                                                                             \
  UNROLLED for (int i = 0; i < 8; i++) {                                                        \
    y[2 * i] = __builtin_shufflevector(x[i], x[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23); \
    y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31); \
  }
  ROUND(x, y) ROUND(y, x) ROUND(x, y) ROUND(y, x)
#undef ROUND
  UNROLLED for (int i = 0; i < 16; i++) *(VECTOR *)(to + i * to_step) = x[i];
}
#endif

// The same for a transposed B: `width` rows, `step` apart, become columns.
static void NAME(pack_turned)(const TYPE *b, int64_t step, int64_t width, int64_t count, TYPE *to) {
  int64_t wide = NAME(round_up)(width), done = 0;
#if LOAM_HAS_TRANSPOSE
  done = count / 16 * 16;
  for (int64_t j = 0; j < wide; j += 16)
    for (int64_t i = 0; i < done; i += 16) {
      if (width - j >= 16) { NAME(turn_square)(b + j * step + i, step, to + i * wide + j, wide); continue; }
      TYPE rows[16][16] __attribute__((aligned(64))) = {{0}};
      for (int64_t r = 0; r < width - j; r++) memcpy(rows[r], b + (j + r) * step + i, 64);
      NAME(turn_square)(rows[0], 16, to + i * wide + j, wide);
    }
#endif
  for (int64_t i = done; i < count; i++)
    for (int64_t j = 0; j < wide; j++) to[i * wide + j] = j < width ? b[j * step + i] : 0;
}
