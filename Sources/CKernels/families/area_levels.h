// Histograms and tables over 256 levels.
#include "byte_table.h"

INLINE F32 levels_of(F32 x) {
  x = x * splat(255.f);
  // Ordered comparisons: NaN becomes 0.
  x = choose(x > splat(0.f), x, splat(0.f));
  x = choose(x < splat(255.f), x, splat(255.f));
  return x + splat(0.5f);
}

enum { LEVEL_BLOCK = 3072 };  // a multiple of every number of channels and of vectors

static void levels_block(const float *in, int64_t count, uint8_t *out) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    typedef uint8_t Bytes __attribute__((vector_size(16), aligned(1)));
    *(Bytes *)(out + i) = __builtin_convertvector(__builtin_convertvector(levels_of(*(const F32 *)(in + i)), I32), Bytes);
  }
  for (; i < count; i++) out[i] = (uint8_t)levels_of(splat(in[i]))[0];
}

// The levels of `count` elements from `at`, a multiple of LEVEL_BLOCK; bytes are their own levels.
INLINE const uint8_t *levels_at(const void *input, int type, int64_t at, int64_t count, uint8_t *block) {
  if (type == LOAM_U8) return (const uint8_t *)input + at;
  levels_block((const float *)input + at, count, block);
  return block;
}

// Neighbouring pixels are counted in different tables, so that equal ones do not wait for each other.
INLINE void count_levels(const uint8_t *p, int64_t pixels, const int64_t channels, const int64_t changed, uint32_t tables[][256]) {
  const int64_t ways = channels == 1 ? 4 : 2;
  int64_t x = 0;
  for (; x + ways <= pixels; x += ways, p += ways * channels)
    for (int64_t way = 0; way < ways; way++)
      for (int64_t k = 0; k < changed; k++) tables[way * changed + k][p[way * channels + k]]++;
  for (; x < pixels; x++, p += channels)
    for (int64_t k = 0; k < changed; k++) tables[k][p[k]]++;
}

static void histogram(const LoamLevels *l) {
  uint8_t block[LEVEL_BLOCK];
  uint32_t tables[8][256];
  memset(tables, 0, sizeof tables);
  for (int64_t at = 0; at < l->count; at += LEVEL_BLOCK) {
    const int64_t n = l->count - at < LEVEL_BLOCK ? l->count - at : LEVEL_BLOCK;
    const uint8_t *p = levels_at(l->input, l->type, at, n, block);
    if (l->channels == 1) count_levels(p, n, 1, 1, tables);
    else if (l->channels == 3 && l->changed == 3) count_levels(p, n / 3, 3, 3, tables);
    else if (l->channels == 4 && l->changed == 3) count_levels(p, n / 4, 4, 3, tables);
    else count_levels(p, n / l->channels, l->channels, l->changed, tables);
  }
  const int64_t ways = l->channels == 1 ? 4 : 2;
  for (int64_t way = 0; way < ways; way++)
    for (int64_t k = 0; k < l->changed; k++)
      for (int i = 0; i < 256; i++) l->histogram[k * 256 + i] += tables[way * l->changed + k][i];
}

INLINE void look_up_floats(const float table[][256], const float *in, const uint8_t *levels, float *out, int64_t pixels, const int64_t channels, const int64_t changed) {
  for (int64_t x = 0; x < pixels; x++, in += channels, levels += channels, out += channels) {
    for (int64_t k = 0; k < changed; k++) out[k] = table[k][levels[k]];
    for (int64_t k = changed; k < channels; k++) out[k] = in[k];
  }
}

static void look_up(const LoamLevels *l) {
  if (l->type == LOAM_U8) {
    LevelTables tables;
    prepare_tables(&tables, l->table, l->channels, l->changed);
    look_up_bytes(&tables, l->input, l->output, l->count);
    return;
  }
  float table[4][256];
  for (int64_t k = 0; k < l->changed; k++)
    for (int i = 0; i < 256; i++) table[k][i] = (float)l->table[k * 256 + i] / 255.f;
  uint8_t block[LEVEL_BLOCK];
  for (int64_t at = 0; at < l->count; at += LEVEL_BLOCK) {
    const int64_t n = l->count - at < LEVEL_BLOCK ? l->count - at : LEVEL_BLOCK;
    const uint8_t *p = levels_at(l->input, l->type, at, n, block);
    const float *in = (const float *)l->input + at;
    float *out = (float *)l->output + at;
    switch (l->channels * 8 + l->changed) {
      case 8 + 1: look_up_floats(table, in, p, out, n, 1, 1); break;
      case 24 + 3: look_up_floats(table, in, p, out, n / 3, 3, 3); break;
      case 32 + 3: look_up_floats(table, in, p, out, n / 4, 4, 3); break;
      default: look_up_floats(table, in, p, out, n / l->channels, l->channels, l->changed);
    }
  }
}

// ---- Equalisation by tiles: K. Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994, in the
// form of OpenCV's `createCLAHE`.

// The brightness of colours as Rec. 601 has it: the Y of YCbCr.
INLINE void brightness_of(const uint8_t *restrict p, int64_t pixels, const int64_t channels, uint8_t *restrict out) {
  for (int64_t x = 0; x < pixels; x++, p += channels)
    out[x] = channels < 3 ? p[0] : (uint8_t)((p[0] * 19595u + p[1] * 38470u + p[2] * 7471u + 32768u) >> 16);
}

static void brightness(const LoamEqualization *e, uint8_t *out) {
  uint8_t block[LEVEL_BLOCK];
  const int64_t count = e->height * e->width * e->channels;
  for (int64_t at = 0; at < count; at += LEVEL_BLOCK) {
    const int64_t pixels = (count - at < LEVEL_BLOCK ? count - at : LEVEL_BLOCK) / e->channels;
    const uint8_t *p = levels_at(e->input, e->type, at, pixels * e->channels, block);
    switch (e->channels) {
      case 1: brightness_of(p, pixels, 1, out); break;
      case 3: brightness_of(p, pixels, 3, out); break;
      case 4: brightness_of(p, pixels, 4, out); break;
      default: brightness_of(p, pixels, e->channels, out);
    }
    out += pixels;
  }
}

static void tile_table(const LoamEqualization *e, uint32_t *counts, uint8_t *table) {
  const int64_t area = e->tile_height * e->tile_width;
  if (e->limit > 0) {
    uint32_t excess = 0;
    const uint32_t limit = e->limit < area ? (uint32_t)e->limit : (uint32_t)area;
    for (int i = 0; i < 256; i++) {
      excess += counts[i] > limit ? counts[i] - limit : 0;
      counts[i] = counts[i] > limit ? limit : counts[i];
    }
    const uint32_t each = excess / 256;
    uint32_t rest = excess % 256;
    for (int i = 0; i < 256; i++) counts[i] += each;
    const uint32_t step = rest ? 256 / rest : 1;
    for (uint32_t i = 0; i < 256 && rest > 0; i += step, rest--) counts[i]++;
  }
  const float scale = 255.f / (float)area;
  uint32_t sum = 0;
  uint32_t sums[256];
  for (int i = 0; i < 256; i++) sums[i] = sum += counts[i];
  for (int i = 0; i < 256; i++) {
    const float level = __builtin_rintf((float)(int32_t)sums[i] * scale);
    table[i] = (uint8_t)(level > 255.f ? 255.f : level);
  }
}

static int64_t equalization_scratch(const LoamEqualization *e) {
  return e->rows * e->columns * 256 + e->columns * 256 * (int64_t)(sizeof(uint32_t) + sizeof(float)) + e->height * e->width +
         2 * e->width * (int64_t)sizeof(float) + 128;
}

// Adds to each pixel what its brightness changes by, so that differences of colours are kept.
static void change_row(const LoamEqualization *e, int64_t y, const uint8_t *restrict before, const float *restrict after) {
  const int64_t n = e->channels, changed = n < 3 ? 1 : 3, count = e->width * n;
  if (e->type == LOAM_U8) {
    const uint8_t *restrict in = (const uint8_t *)e->input + y * count;
    uint8_t *restrict out = (uint8_t *)e->output + y * count;
    const int64_t width = e->width;
#define CHANGE(n, changed)                                                                \
  for (int64_t x = 0; x < width; x++) {                                                   \
    const int32_t by = (int32_t)__builtin_rintf(after[x]) - before[x];                    \
    UNROLLED for (int64_t k = 0; k < (changed); k++) {                                    \
      const int32_t v = in[x * (n) + k] + by;                                             \
      out[x * (n) + k] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);                        \
    }                                                                                     \
    UNROLLED for (int64_t k = (changed); k < (n); k++) out[x * (n) + k] = in[x * (n) + k]; \
  }
    if (n == 1) { CHANGE(1, 1) } else if (n == 2) { CHANGE(2, 1) } else if (n == 3) { CHANGE(3, 3) } else { CHANGE(4, 3) }
#undef CHANGE
    return;
  }
  const float *in = (const float *)e->input + y * count;
  float *out = (float *)e->output + y * count;
  for (int64_t x = 0; x < e->width; x++) {
    const float by = (__builtin_rintf(after[x]) - (float)before[x]) * (1 / 255.f);
    for (int64_t k = 0; k < n; k++) {
      const float v = in[x * n + k] + by;
      out[x * n + k] = k >= changed || v != v ? in[x * n + k] : v < 0 ? 0 : v > 1 ? 1 : v;
    }
  }
}

static void equalization(const LoamEqualization *e, void *scratch) {
  const int64_t tiles = e->rows * e->columns;
  uint32_t *counts = scratch;
  float *blended = (float *)(counts + e->columns * 256), *after = blended + e->columns * 256, *shares = after + e->width;
  uint8_t *tables = (uint8_t *)(shares + e->width), *levels = tables + tiles * 256;
  brightness(e, levels);
  for (int64_t row = 0; row < e->rows; row++) {
    memset(counts, 0, (size_t)(e->columns * 256) * sizeof *counts);
    for (int64_t y = row * e->tile_height; y < (row + 1) * e->tile_height; y++) {
      const uint8_t *from = levels + mirrored(y, e->height) * e->width;
      for (int64_t column = 0; column < e->columns; column++) {
        uint32_t *own = counts + column * 256;
        int64_t x = column * e->tile_width;
        const int64_t last = x + e->tile_width, inside = last < e->width ? last : e->width;
        for (; x < inside; x++) own[from[x]]++;
        for (; x < last; x++) own[from[mirrored(x, e->width)]]++;
      }
    }
    for (int64_t column = 0; column < e->columns; column++) tile_table(e, counts + column * 256, tables + (row * e->columns + column) * 256);
  }
  // How far each column is from the centre of the tile on its left, to the next one.
  for (int64_t x = 0; x < e->width; x++) {
    const float at = (float)x / (float)e->tile_width - 0.5f;
    shares[x] = at - floorf(at);
  }
  // For wide images the tables of a row are blended once.
  const int blends = e->width >= e->columns * 64;
  for (int64_t y = 0; y < e->height; y++) {
    const float at = (float)y / (float)e->tile_height - 0.5f, above = floorf(at), down = at - above;
    const int64_t top = above < 0 ? 0 : (int64_t)above, bottom = (int64_t)above + 1 < e->rows ? (int64_t)above + 1 : e->rows - 1;
    const uint8_t *a = tables + top * e->columns * 256, *b = tables + bottom * e->columns * 256;
    const uint8_t *from = levels + y * e->width;
    if (blends) for (int64_t i = 0; i < e->columns * 256; i++) blended[i] = (float)a[i] * (1 - down) + (float)b[i] * down;
    // The columns between two centres: those of tile - 1/2 to tile + 1/2.
    for (int64_t tile = 0, x = 0; x < e->width; tile++) {
      const int64_t left = (tile > 0 ? tile - 1 : 0) * 256, right = (tile < e->columns ? tile : e->columns - 1) * 256;
      const int64_t end = ((2 * tile + 1) * e->tile_width + 1) / 2, last = end < e->width ? end : e->width;
      if (blends) {
        const float *l = blended + left, *r = blended + right;
        for (; x < last; x++) after[x] = l[from[x]] * (1 - shares[x]) + r[from[x]] * shares[x];
      } else {
        for (; x < last; x++) {
          const float share = shares[x];
          const int64_t i = left + from[x], j = right + from[x];
          after[x] = ((float)a[i] * (1 - share) + (float)a[j] * share) * (1 - down) + ((float)b[i] * (1 - share) + (float)b[j] * share) * down;
        }
      }
    }
    change_row(e, y, from, after);
  }
}
