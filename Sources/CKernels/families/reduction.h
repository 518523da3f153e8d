// Reductions over the middle of [outer, count, inner]. A row of contiguous numbers is added in 16
// virtual lanes over chunks of 4,096, the lanes folded in halves, the chunks in order: the same
// bits on every machine, and an error that grows with the number of chunks, not of elements.

enum { NAME(chunk) = 4096, NAME(width) = 16 };

static TYPE NAME(fold)(int kind, TYPE a, TYPE b) {
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

static TYPE NAME(row)(int kind, const TYPE *x, int64_t n) {
  TYPE total = NAME(neutral)(kind);
  for (int64_t start = 0; start < n; start += NAME(chunk)) {
    int64_t count = n - start < NAME(chunk) ? n - start : NAME(chunk);
    TYPE lane[NAME(width)];
    for (int l = 0; l < NAME(width); l++) lane[l] = NAME(neutral)(kind);
    int64_t i = 0;
    if (kind == LOAM_SUM) {
      for (; i + NAME(width) <= count; i += NAME(width))
        for (int l = 0; l < NAME(width); l++) lane[l] += x[start + i + l];
    } else {
      for (; i + NAME(width) <= count; i += NAME(width))
        for (int l = 0; l < NAME(width); l++) lane[l] = NAME(fold)(kind, lane[l], x[start + i + l]);
    }
    for (int l = 0; i < count; i++, l++) lane[l] = NAME(fold)(kind, lane[l], x[start + i]);
    for (int half = NAME(width) / 2; half > 0; half /= 2)
      for (int l = 0; l < half; l++) lane[l] = NAME(fold)(kind, lane[l], lane[l + half]);
    total = NAME(fold)(kind, total, lane[0]);
  }
  return total;
}

// The first position of the largest (or smallest); NaN counts as such, as in NumPy.
static int32_t NAME(position)(int kind, const TYPE *x, int64_t n, int64_t step) {
  int32_t best = 0;
  for (int64_t i = 1; i < n; i++) {
    TYPE a = x[i * step], b = x[best * step];
    if (b != b) break;
    if (a != a || (kind == LOAM_ARGMAX ? a > b : a < b)) best = (int32_t)i;
  }
  return best;
}

static void NAME(reduce)(const LoamReduction *r, int64_t begin, int64_t end) {
  const TYPE *in = r->input;
  if (r->kind == LOAM_ARGMAX || r->kind == LOAM_ARGMIN) {
    for (int64_t o = begin; o < end; o++)
      ((int32_t *)r->output)[o] = NAME(position)(
        r->kind, in + o / r->inner * r->count * r->inner + o % r->inner, r->count, r->inner);
    return;
  }
  TYPE *out = r->output;
  if (r->inner == 1) {
    for (int64_t o = begin; o < end; o++) out[o] = NAME(row)(r->kind, in + o * r->count, r->count);
    return;
  }
  // Columns: the outputs from begin to end, a stretch of one outer block at a time.
  while (begin < end) {
    int64_t outer = begin / r->inner, first = begin % r->inner;
    int64_t n = r->inner - first < end - begin ? r->inner - first : end - begin;
    const TYPE *x = in + outer * r->count * r->inner + first;
    TYPE *y = out + begin;
    for (int64_t i = 0; i < n; i++) y[i] = NAME(neutral)(r->kind);
    for (int64_t k = 0; k < r->count; k++, x += r->inner) {
      if (r->kind == LOAM_SUM) for (int64_t i = 0; i < n; i++) y[i] += x[i];
      else for (int64_t i = 0; i < n; i++) y[i] = NAME(fold)(r->kind, y[i], x[i]);
    }
    begin += n;
  }
}
