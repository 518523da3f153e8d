// Operations on single pixels that take bytes to bytes: tables of the 256 levels of each channel, made by the operations
// themselves, then changes of order, and rectangles.

INLINE int depends_on_level(const LoamPoint *p) {
  switch (p->kind) {
    case LOAM_POINT_LINEAR: case LOAM_POINT_UNBOUNDED: case LOAM_POINT_POWER: case LOAM_POINT_LEVELS: case LOAM_POINT_SOLARIZE: return 1;
    default: return 0;
  }
}
INLINE int moves_levels(const LoamPoint *p) { return p->kind == LOAM_POINT_ORDER || p->kind == LOAM_POINT_FILL || p->kind == LOAM_POINT_GRID; }

// The operations from the first on that a table replaces.
INLINE int64_t table_points(const LoamWarp *w) {
  int64_t count = 0;
  while (count < w->point_count && depends_on_level(&w->points[count])) count++;
  return count;
}

INLINE int begins_with_matrix(const LoamWarp *w) { return w->channels == 3 && w->points[0].kind == LOAM_POINT_MATRIX; }

// Two tables, or a table and a matrix, would round in between. For small images the table costs more than it saves.
INLINE int can_stay_bytes(const LoamWarp *w) {
  if (!w->exact || !w->input_bytes || !w->output_bytes || !w->point_count || w->channels > 4) return 0;
  const int64_t first = table_points(w);
  if (first > 0 && w->out_height * w->out_width < 2048) return 0;
  for (int64_t i = first + begins_with_matrix(w); i < w->point_count; i++) if (!moves_levels(&w->points[i])) return 0;
  return 1;
}

// Made of an image that shows every level once in each channel; channel by channel.
static void make_tables(const LoamWarp *w, int64_t points, uint8_t tables[1024]) {
  const int64_t n = w->channels;
  uint8_t levels[1024];
  float values[1024];
  for (int64_t i = 0; i < 256 * n; i++) levels[i] = (uint8_t)(i / n);
  bytes_to_floats(levels, values, 256 * n);
  for (int64_t i = 0; i < points; i++) point_row(&w->points[i], values, 0, 0, 256, n);
  floats_to_bytes(values, levels, 256 * n, 255.f);
  for (int64_t i = 0; i < 256 * n; i++) tables[i % n * 256 + i / n] = levels[i];
}

INLINE T32 load_halves(const uint8_t *a, const uint8_t *b) {
  B16 low, high;
  memcpy(&low, a, 16);
  memcpy(&high, b, 16);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
}

// A dropped channel is the fifth value, which is 0. `in` and `out` may be the same. `n` is a constant where this is inlined.
INLINE void order_bytes(const LoamPoint *p, const uint8_t *in, uint8_t *out, int64_t width, const int64_t n) {
  int order[4];
  Y32 shuffle;
  for (int64_t k = 0; k < n; k++) order[k] = p->a[k] < 0 ? 4 : (int)p->a[k];
  // Whole pixels at the start of each half; what is beyond them is written again by the next step.
  const int64_t pixels = 16 / n;
  for (int64_t i = 0; i < 32; i++) {
    const int64_t at = i % 16;
    shuffle[i] = at >= pixels * n ? (int8_t)at : order[at % n] == 4 ? -1 : (int8_t)(at / n * n + order[at % n]);
  }
  int64_t c = 0;
  // The next pixels are loaded before these are stored: a load that overlaps a store just before it has to wait.
  const int64_t block = 2 * pixels * n, last = width - 2 * pixels - 1;
  T32 next = (T32){};
  if (last >= 0) next = load_halves(in, in + pixels * n);
  for (; c <= last; c += 2 * pixels, in += block, out += block) {
    const T32 v = shuffle_bytes(next, shuffle);
    if (c + 2 * pixels <= last) next = load_halves(in + block, in + block + pixels * n);
    memcpy(out, &v, 16);
    memcpy(out + pixels * n, (const uint8_t *)&v + 16, 16);
  }
  for (; c < width; c++, in += n, out += n) {
    uint8_t old[5] = {0};
    for (int64_t k = 0; k < n; k++) old[k] = in[k];
    for (int64_t k = 0; k < n; k++) out[k] = old[order[k]];
  }
}

INLINE void fill_bytes(const LoamPoint *p, const uint8_t level[4], const uint8_t *noise, uint8_t *x, int64_t first, int64_t last, const int64_t n) {
  const int64_t side = (int64_t)p->a[5], period = (int64_t)p->a[6], colours = n == 4 ? 3 : n;
  // A grid is a run of columns at a time.
  const int64_t step = p->kind == LOAM_POINT_GRID ? period : last - first, run = p->kind == LOAM_POINT_GRID ? side : last - first;
  const int is_one_level = n < 4 && !noise && (n == 1 || (level[0] == level[1] && (n < 3 || level[1] == level[2])));
  for (int64_t begin = p->columns[0]; step > 0 && begin < last; begin += step) {
    const int64_t from = begin > first ? begin : first, to = begin + run < last ? begin + run : last;
    if (from >= to) continue;
    if (is_one_level) memset(x + from * n, level[0], (size_t)((to - from) * n));
    else for (int64_t c = from; c < to; c++)
      for (int64_t k = 0; k < colours; k++) x[c * n + k] = noise ? noise[c * n + k] : level[k];
  }
}

static void fill_byte_row(const LoamPoint *p, uint8_t *x, float *noise, int64_t r, int64_t width, int64_t n) {
  if (r < p->rows[0] || r >= p->rows[1]) return;
  if (p->kind == LOAM_POINT_GRID && (r - p->rows[0]) % (int64_t)p->a[6] >= (int64_t)p->a[5]) return;
  const int64_t first = p->columns[0] > 0 ? p->columns[0] : 0, last = p->columns[1] < width ? p->columns[1] : width;
  if (first >= last) return;
  uint8_t level[4], *random = 0;
  floats_to_bytes(p->a, level, 4, 255.f);
  if (p->a[4] == 1) {
    random_row(p, LOAM_UNIFORM, noise, r, width * n);
    // Bytes are written over floats that have been read.
    random = (uint8_t *)noise;
    floats_to_bytes(noise + first * n, random + first * n, (last - first) * n, 255.f);
  }
  switch (n) {
    case 1: fill_bytes(p, level, random, x, first, last, 1); break;
    case 3: fill_bytes(p, level, random, x, first, last, 3); break;
    default: fill_bytes(p, level, random, x, first, last, n);
  }
}

// A matrix on sixteen pixels of three channels at a time, in levels. `in` and `out` may be the same. `is_grey`, a constant where this is
// inlined: the matrix has three equal rows.
INLINE void matrix_levels(const float *a, const uint8_t *in, uint8_t *out, int64_t width, const int is_grey) {
  int64_t c = 0;
  for (; c + 16 <= width; c += 16, in += 48, out += 48) {
    B16 u, v, w, mixed[3];
    memcpy(&u, in, 16);
    memcpy(&v, in + 16, 16);
    memcpy(&w, in + 32, 16);
    const F32 red = __builtin_convertvector(REDS(u, v, w), F32), green = __builtin_convertvector(GREENS(u, v, w), F32);
    const F32 blue = __builtin_convertvector(BLUES(u, v, w), F32);
    UNROLLED for (int k = 0; k < 3; k++) {
      const float *m = a + 4 * k;
      if (is_grey && k > 0) {
        mixed[k] = mixed[0];
        continue;
      }
      F32 x = FUSED(splat(m[0]), red, FUSED(splat(m[1]), green, FUSED(splat(m[2]), blue, splat(FUSED(m[3], 255.f, 0.5f)))));
      x = choose(x > splat(0.f), x, splat(0.f));
      x = choose(x < splat(255.f), x, splat(255.f));
      mixed[k] = __builtin_convertvector(__builtin_convertvector(x, I32), B16);
    }
    u = FIRST_PIXELS(mixed[0], mixed[1], mixed[2]);
    v = MIDDLE_PIXELS(mixed[0], mixed[1], mixed[2]);
    w = LAST_PIXELS(mixed[0], mixed[1], mixed[2]);
    memcpy(out, &u, 16);
    memcpy(out + 16, &v, 16);
    memcpy(out + 32, &w, 16);
  }
  for (; c < width; c++, in += 3, out += 3) {
    float mixed[3];
    for (int k = 0; k < 3; k++) {
      const float *m = a + 4 * k;
      mixed[k] = FUSED(m[0], (float)in[0], FUSED(m[1], (float)in[1], FUSED(m[2], (float)in[2], FUSED(m[3], 255.f, 0.5f))));
    }
    for (int k = 0; k < 3; k++) out[k] = (uint8_t)(mixed[k] > 0 ? (mixed[k] < 255 ? mixed[k] : 255) : 0);
  }
}

INLINE void matrix_any(const float *a, const uint8_t *in, uint8_t *out, int64_t width) {
  if (memcmp(a, a + 4, 16) == 0 && memcmp(a, a + 8, 16) == 0) matrix_levels(a, in, out, width, 1);
  else matrix_levels(a, in, out, width, 0);
}
#if LOAM_WIDE_TABLES
// Bytes of two vectors in any order are one instruction there.
__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,avx512vbmi"))) static void matrix_wide(
  const float *a, const uint8_t *in, uint8_t *out, int64_t width) {
  matrix_any(a, in, out, width);
}
#endif
static void matrix_bytes(const float *a, const uint8_t *in, uint8_t *out, int64_t width) {
#if LOAM_WIDE_TABLES
  if (has_wide_tables()) { matrix_wide(a, in, out, width); return; }
#endif
  matrix_any(a, in, out, width);
}

static void byte_points_image(const LoamWarp *w) {
  const int64_t n = w->channels, size = w->out_width * n, tabled = table_points(w);
  const int streams = streams_rows(w);
  float *noise = w->scratch;
  uint8_t *streamed = (uint8_t *)(noise + (size + 31) / 16 * 16);
  const double *m = w->map;
  const int is_identity = m[0] == 1 && m[1] == 0 && m[2] == 0 && m[3] == 0 && m[4] == 1 && m[5] == 0 && w->out_height == w->height && w->out_width == w->width;
  uint8_t tables[1024];
  LevelTables levels;
  if (tabled > 0) {
    make_tables(w, tabled, tables);
    prepare_tables(&levels, tables, n, n);
  }
  // Whole pixels and whole vectors, as many as fit in the scratch.
  const int64_t part = streams ? size / 192 * 192 : w->out_height * size;
  if (is_identity && tabled == w->point_count && part > 0) {
    for (int64_t at = 0; at < w->out_height * size; at += part) {
      const int64_t count = w->out_height * size - at < part ? w->out_height * size - at : part;
      uint8_t *const place = (uint8_t *)w->output + at, *const made = streams ? streamed : place;
      look_up_bytes(&levels, (const uint8_t *)w->input + at, made, count);
      if (streams) stream_row(made, place, count, 0);
    }
    return;
  }
  for (int64_t r = 0; r < w->out_height; r++) {
    uint8_t *const place = (uint8_t *)w->output + r * size, *const row = streams ? streamed : place;
    // What the next operation reads: the first one reads the input itself, if nothing moves.
    const uint8_t *in = row;
    if (is_identity) in = (const uint8_t *)w->input + r * size; else exact_row(w, r, row, 1);
    if (tabled > 0) {
      look_up_bytes(&levels, in, row, size);
      in = row;
    }
    for (int64_t i = tabled; i < w->point_count; i++, in = row) {
      const LoamPoint *p = &w->points[i];
      switch (p->kind) {
        case LOAM_POINT_MATRIX: matrix_bytes(p->a, in, row, w->out_width); break;
        case LOAM_POINT_ORDER:
          if (n == 3) order_bytes(p, in, row, w->out_width, 3);
          else if (n == 4) order_bytes(p, in, row, w->out_width, 4);
          else if (n == 2) order_bytes(p, in, row, w->out_width, 2);
          else if (in != row) memcpy(row, in, (size_t)size);
          break;
        default:
          if (in != row) memcpy(row, in, (size_t)size);
          fill_byte_row(p, row, noise, r, w->out_width, n);
      }
    }
    if (streams) stream_row(row, place, size, 0);
  }
}
