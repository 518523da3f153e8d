// Linear filters over PIXELs, in sums of WORK numbers. Included by area_rows.h, which defines AREA(widen), AREA(narrow) and the
// arithmetic.

// One row with a border of `pad` pixels on each side.
static void AREA(load_row)(const PIXEL *in, int64_t width, int64_t channels, int64_t pad, WORK *out) {
  const int64_t count = width * channels;
  WORK *inner = out + pad * channels;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) *(SUMS *)(inner + i) = AREA(widen)(in + i);
  for (; i < count; i++) inner[i] = AREA(widen_one)(in[i]);
  for (int64_t x = 1; x <= pad; x++) {
    const int64_t left = mirrored(-x, width), right = mirrored(width - 1 + x, width);
    for (int64_t k = 0; k < channels; k++) {
      inner[-x * channels + k] = inner[left * channels + k];
      inner[(width - 1 + x) * channels + k] = inner[right * channels + k];
    }
  }
}

// Stores the first `count` of the lanes.
INLINE void AREA(store_some)(PIXEL *out, SUMS sums, int64_t count) {
  if (count >= LANES) { AREA(narrow)(out, sums); return; }
  PIXEL some[LANES];
  AREA(narrow)(some, sums);
  memcpy(out, some, (size_t)count * sizeof(PIXEL));
}

INLINE SUMS AREA(sharper_some)(const PIXEL *in, SUMS blurred, float amount, int64_t count) {
  if (count >= LANES) return AREA(sharper)(in, blurred, amount);
  PIXEL some[LANES] = {0};
  memcpy(some, in, (size_t)count * sizeof(PIXEL));
  return AREA(sharper)(some, blurred, amount);
}

// The sum of a symmetric filter in 2 vectors; `stride` is from one tap to the next.
INLINE void AREA(symmetric)(const WORK *at, int64_t stride, const WORK *weights, const int64_t reach, SUMS *sums) {
  sums[0] = AREA(add)(sums[0], *(const SUMS *)at, weights[0]);
  sums[1] = AREA(add)(sums[1], *(const SUMS *)(at + LANES), weights[0]);
  for (int64_t k = 1; k <= reach; k++) {
    const WORK *a = at - k * stride, *b = at + k * stride;
    sums[0] = AREA(add)(sums[0], *(const SUMS *)a + *(const SUMS *)b, weights[k]);
    sums[1] = AREA(add)(sums[1], *(const SUMS *)(a + LANES) + *(const SUMS *)(b + LANES), weights[k]);
  }
}

INLINE void AREA(row_pass)(const WORK *in, int64_t count, int64_t channels, const WORK *weights, const int64_t reach, WORK *out) {
  for (int64_t i = 0; i < count; i += 2 * LANES) {
    SUMS sums[2] = {AREA(start)(reach + 1, 0), AREA(start)(reach + 1, 0)};
    AREA(symmetric)(in + i, channels, weights, reach, sums);
    *(SUMS *)(out + i) = sums[0];
    *(SUMS *)(out + i + LANES) = sums[1];
  }
}

INLINE void AREA(column_pass)(const LoamBlur *f, const WORK *const *rows, const PIXEL *in, const WORK *weights, const int64_t reach, PIXEL *out) {
  const int64_t count = f->width * f->channels;
  for (int64_t i = 0; i < count; i += 2 * LANES) {
    SUMS sums[2] = {AREA(start)(reach + 1, 1), AREA(start)(reach + 1, 1)};
    for (int v = 0; v < 2; v++) {
      const WORK *at = rows[reach] + i + v * LANES;
      sums[v] = AREA(add)(sums[v], *(const SUMS *)at, weights[0]);
    }
    for (int64_t k = 1; k <= reach; k++) {
      const WORK *a = rows[reach - k] + i, *b = rows[reach + k] + i;
      sums[0] = AREA(add)(sums[0], *(const SUMS *)a + *(const SUMS *)b, weights[k]);
      sums[1] = AREA(add)(sums[1], *(const SUMS *)(a + LANES) + *(const SUMS *)(b + LANES), weights[k]);
    }
    for (int v = 0; v < 2; v++) {
      const int64_t at = i + v * LANES;
      if (at >= count) break;
      if (f->sharpens) sums[v] = AREA(sharper_some)(in + at, sums[v], f->amount, count - at);
      AREA(store_some)(out + at, sums[v], count - at);
    }
  }
}

INLINE int64_t AREA(ring_stride)(int64_t width, int64_t channels, int64_t pad) { return (width + 2 * pad) * channels + 2 * AREA_SLACK; }

INLINE int64_t AREA(blur_scratch)(const LoamBlur *f) {
  const int64_t ring = ring_rows(f->height, f->column_reach);
  return (ring * AREA(ring_stride)(f->width, f->channels, 0) + AREA(ring_stride)(f->width, f->channels, f->row_reach)) * (int64_t)sizeof(WORK) +
         (f->row_reach + f->column_reach + 2) * (int64_t)sizeof(WORK) + (2 * f->column_reach + 1) * (int64_t)sizeof(void *) + 64;
}

// The passes are inlined once for each short reach, so that their loops over taps are unrolled.
#define AREA_REACHES(call) \
  switch (reach) { case 0: call(0) case 1: call(1) case 2: call(2) case 3: call(3) case 4: call(4) case 5: call(5) default: call(reach) }

static void AREA(blur_row)(const WORK *in, int64_t count, int64_t channels, const WORK *weights, int64_t reach, WORK *out) {
#define AREA_CALL(n) AREA(row_pass)(in, count, channels, weights, n, out); break;
  AREA_REACHES(AREA_CALL)
#undef AREA_CALL
}

static void AREA(blur_column)(const LoamBlur *f, const WORK *const *rows, const PIXEL *in, const WORK *weights, int64_t reach, PIXEL *out) {
#define AREA_CALL(n) AREA(column_pass)(f, rows, in, weights, n, out); break;
  AREA_REACHES(AREA_CALL)
#undef AREA_CALL
}
#undef AREA_REACHES

// The centre takes what rounding left, so that a flat image stays as it is.
static void AREA(weights)(const float *from, int64_t reach, WORK *to) {
  for (int64_t k = 0; k <= reach; k++) to[k] = AREA(weight)(from[k]);
  if (sizeof(WORK) == 2) {
    int64_t sum = 0;
    for (int64_t k = 1; k <= reach; k++) sum += 2 * (int64_t)to[k];
    to[0] = (WORK)(65536 - sum > 65535 ? 65535 : 65536 - sum);
  }
}

// Each row is filtered once into the ring; an output row is the sum of the rows around it.
static void AREA(blur)(const LoamBlur *f, void *scratch) {
  const int64_t ring = ring_rows(f->height, f->column_reach), count = f->width * f->channels, reach = f->column_reach;
  const int64_t stride = AREA(ring_stride)(f->width, f->channels, 0);
  const WORK **rows = scratch;
  WORK *kept = (WORK *)(rows + 2 * reach + 1), *padded = kept + ring * stride;
  WORK *row_weights = padded + AREA(ring_stride)(f->width, f->channels, f->row_reach), *column_weights = row_weights + f->row_reach + 1;
  AREA(weights)(f->row_weights, f->row_reach, row_weights);
  AREA(weights)(f->column_weights, reach, column_weights);
  int64_t next = 0;
  for (int64_t y = 0; y < f->height; y++) {
    for (; next <= y + reach && next < f->height; next++) {
      AREA(load_row)((const PIXEL *)f->input + next * count, f->width, f->channels, f->row_reach, padded);
      AREA(blur_row)(padded + f->row_reach * f->channels, count, f->channels, row_weights, f->row_reach, kept + next % ring * stride);
    }
    for (int64_t k = -reach; k <= reach; k++) rows[reach + k] = kept + mirrored(y + k, f->height) % ring * stride;
    AREA(blur_column)(f, rows, (const PIXEL *)f->input + y * count, column_weights, reach, (PIXEL *)f->output + y * count);
  }
}

INLINE int64_t AREA(taps_scratch)(const LoamTaps *f) {
  return ring_rows(f->height, f->reach) * AREA(ring_stride)(f->width, f->channels, f->reach) * (int64_t)sizeof(WORK) +
         f->count * (int64_t)(sizeof(void *) + sizeof(WORK)) + 64;
}

// Any few taps: a filter of which most weights are zero.
static void AREA(taps)(const LoamTaps *f, void *scratch) {
  const int64_t ring = ring_rows(f->height, f->reach), count = f->width * f->channels;
  const int64_t stride = AREA(ring_stride)(f->width, f->channels, f->reach);
  const WORK **from = scratch;
  WORK *kept = (WORK *)(from + f->count), *weights = kept + ring * stride;
  int64_t sum = 0, largest = 0;
  for (int64_t t = 0; t < f->count; t++) {
    weights[t] = AREA(weight)(f->weights[t]);
    sum += (int64_t)weights[t];
    if (weights[t] > weights[largest]) largest = t;
  }
  if (sizeof(WORK) == 2) {
    const int64_t whole = (int64_t)weights[largest] + 65536 - sum;
    weights[largest] = (WORK)(whole > 65535 ? 65535 : whole);
  }
  int64_t next = 0;
  for (int64_t y = 0; y < f->height; y++) {
    for (; next <= y + f->reach && next < f->height; next++)
      AREA(load_row)((const PIXEL *)f->input + next * count, f->width, f->channels, f->reach, kept + next % ring * stride);
    for (int64_t t = 0; t < f->count; t++)
      from[t] = kept + mirrored(y + f->rows[t], f->height) % ring * stride + (f->reach + f->columns[t]) * f->channels;
    PIXEL *out = (PIXEL *)f->output + y * count;
    for (int64_t i = 0; i < count; i += 2 * LANES) {
      SUMS sums[2] = {AREA(start)(f->count, 1), AREA(start)(f->count, 1)};
      for (int64_t t = 0; t < f->count; t++) {
        sums[0] = AREA(add)(sums[0], *(const SUMS *)(from[t] + i), weights[t]);
        sums[1] = AREA(add)(sums[1], *(const SUMS *)(from[t] + i + LANES), weights[t]);
      }
      for (int v = 0; v < 2; v++)
        if (i + v * LANES < count) AREA(store_some)(out + i + v * LANES, sums[v], count - i - v * LANES);
    }
  }
}
