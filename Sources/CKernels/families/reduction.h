// Reductions over the middle dimension of [outer, count, inner], of a tensor in memory or of the output of an elementwise
// program, computed block by block in the L1 cache. The middle dimension is split into chunks that do not depend on the
// number of threads, and the partial results are combined in order. A contiguous chunk is accumulated in 16 virtual
// lanes, which are combined pairwise: the same bits on every machine, and an error that grows with the number of chunks
// instead of elements.

enum { NAME(chunk) = 4096, NAME(least_rows) = 32, NAME(width) = 16 };

static int64_t NAME(chunk_rows)(const LoamReduction *r) {
  int64_t rows = NAME(chunk) / (r->inner > 0 ? r->inner : 1);
  return r->inner == 1 ? NAME(chunk) : rows > NAME(least_rows) ? rows : NAME(least_rows);
}

static int64_t NAME(reduce_chunks)(const LoamReduction *r) {
  int64_t rows = NAME(chunk_rows)(r), chunks = (r->count + rows - 1) / rows;
  return chunks > 0 ? chunks : 1;
}

INLINE TYPE NAME(fold)(int kind, TYPE a, TYPE b) {
  switch (kind) {
    case LOAM_SUM: return a + b;
    case LOAM_PRODUCT: return a * b;
    case LOAM_MAX: return a > b || a != a ? a : b;
    default: return a < b || a != a ? a : b;
  }
}

static TYPE NAME(neutral)(int kind) {
  switch (kind) {
    case LOAM_SUM: return 0;
    case LOAM_PRODUCT: return 1;
    case LOAM_MAX: return LOAM_LOWEST;
    default: return LOAM_HIGHEST;
  }
}

// y[i] = y[i] op x[i]
INLINE void NAME(fold_row)(int kind, TYPE *y, const TYPE *x, int64_t n) {
  switch (kind) {
    case LOAM_SUM: for (int64_t i = 0; i < n; i++) y[i] += x[i]; break;
    case LOAM_PRODUCT: for (int64_t i = 0; i < n; i++) y[i] *= x[i]; break;
    case LOAM_MAX: for (int64_t i = 0; i < n; i++) y[i] = y[i] > x[i] || y[i] != y[i] ? y[i] : x[i]; break;
    default: for (int64_t i = 0; i < n; i++) y[i] = y[i] < x[i] || y[i] != y[i] ? y[i] : x[i];
  }
}

// Reduces one chunk, elements [at, at + n) of the input with row length `inner`, into y.
static void NAME(reduce_chunk)(const LoamReduction *r, NAME(Registers) *registers, int64_t at, int64_t n, TYPE *y) {
  TYPE lane[NAME(width)] __attribute__((aligned(64)));
  const int by_lanes = r->inner == 1, kind = r->kind;
  for (int l = 0; l < NAME(width); l++) lane[l] = NAME(neutral)(kind);
  int64_t column = 0;
  for (int64_t block; n > 0; at += block, n -= block) {
    const TYPE *x = (const TYPE *)r->input + at;
    block = n;
    if (registers) {
      block = n < NAME(block) ? n : NAME(block);
      x = NAME(run_block)(&r->program, registers, at, block, 0);
    }
    if (by_lanes) {
      int64_t i = 0;
      if (kind == LOAM_SUM) for (; i + NAME(width) <= block; i += NAME(width)) NAME(fold_row)(LOAM_SUM, lane, x + i, NAME(width));
      for (; i + NAME(width) <= block; i += NAME(width)) NAME(fold_row)(kind, lane, x + i, NAME(width));
      for (int l = 0; i < block; i++, l++) lane[l] = NAME(fold)(kind, lane[l], x[i]);
      continue;
    }
    for (int64_t done = 0, run; done < block; done += run) {
      run = r->inner - column < block - done ? r->inner - column : block - done;
      NAME(fold_row)(kind, y + column, x + done, run);
      column += run;
      if (column == r->inner) column = 0;
    }
  }
  if (!by_lanes) return;
  for (int half = NAME(width) / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) lane[l] = NAME(fold)(kind, lane[l], lane[l + half]);
  y[0] = NAME(fold)(kind, y[0], lane[0]);
}

// Units are chunks. If there are several per outer block, their results go to `partial`.
static void NAME(reduce)(const LoamReduction *r, int64_t begin, int64_t end) {
  const int64_t chunks = NAME(reduce_chunks)(r), rows = NAME(chunk_rows)(r);
  TYPE *results = chunks == 1 ? r->output : r->partial;
  NAME(Registers) registers;
  if (r->has_program) NAME(load_constants)(&r->program, &registers);
  for (int64_t unit = begin; unit < end; unit++) {
    int64_t outer = unit / chunks, first = unit % chunks * rows, last = first + rows < r->count ? first + rows : r->count;
    TYPE *y = results + unit * r->inner;
    for (int64_t i = 0; i < r->inner; i++) y[i] = NAME(neutral)(r->kind);
    if (first < last)
      NAME(reduce_chunk)(r, r->has_program ? &registers : 0, (outer * r->count + first) * r->inner, (last - first) * r->inner, y);
  }
}

// Combines the partial results of each outer block in order. Units are outer blocks.
static void NAME(reduce_fold)(const LoamReduction *r, int64_t begin, int64_t end) {
  const int64_t chunks = NAME(reduce_chunks)(r);
  for (int64_t outer = begin; outer < end; outer++) {
    TYPE *y = (TYPE *)r->output + outer * r->inner;
    for (int64_t i = 0; i < r->inner; i++) y[i] = NAME(neutral)(r->kind);
    for (int64_t chunk = 0; chunk < chunks; chunk++)
      NAME(fold_row)(r->kind, y, (const TYPE *)r->partial + (outer * chunks + chunk) * r->inner, r->inner);
  }
}

// Argmax or argmin; the first index on ties, and NaN wins, as in NumPy. Units are results.
static void NAME(positions)(const LoamReduction *r, int64_t begin, int64_t end) {
  for (int64_t o = begin; o < end; o++) {
    const TYPE *x = (const TYPE *)r->input + o / r->inner * r->count * r->inner + o % r->inner;
    int32_t best = 0;
    for (int64_t i = 1; i < r->count; i++) {
      TYPE a = x[i * r->inner], b = x[best * r->inner];
      if (b != b) break;
      if (a != a || (r->kind == LOAM_ARGMAX ? a > b : a < b)) best = (int32_t)i;
    }
    ((int32_t *)r->output)[o] = best;
  }
}
