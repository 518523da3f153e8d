// Samples an image [height, width, channels] by a map from output to source pixels, row by row; points.h changes each row
// before it is stored. What is outside the image is a constant, the nearest pixel of the edge, the image mirrored at the
// centres of its edge pixels, or the image repeated.
#include "points.h"

INLINE int64_t inside_index(int64_t i, int64_t n, int mode) {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case LOAM_FILL_EDGE: return i < 0 ? 0 : n - 1;
    case LOAM_FILL_WRAP: { int64_t m = i % n; return m < 0 ? m + n : m; }
    case LOAM_FILL_REFLECT: {
      if (n == 1) return 0;
      int64_t period = 2 * (n - 1), m = i % period;
      if (m < 0) m += period;
      return m < n ? m : period - m;
    }
    default: return -1;
  }
}

// The index of the source pixel at a position that may be outside; -1 where it is the constant.
INLINE int64_t pixel_or_none(const LoamWarp *w, int64_t row, int64_t column) {
  row = inside_index(row, w->height, w->fill_mode);
  column = inside_index(column, w->width, w->fill_mode);
  return row < 0 || column < 0 ? -1 : (row * w->width + column) * w->channels;
}

// Values are sampled in the scale of the source: 0 to 255 for bytes. `bytes` is a constant where these are inlined.
INLINE float source_value(const LoamWarp *w, int64_t index, const int bytes) {
  return bytes ? (float)((const uint8_t *)w->input)[index] : ((const float *)w->input)[index];
}
INLINE float source_or_fill(const LoamWarp *w, int64_t pixel, int64_t k, const int bytes) {
  return pixel < 0 ? (bytes ? w->fill * 255.f : w->fill) : source_value(w, pixel + k, bytes);
}

#include "image_exact.h"
#include "image_byte_points.h"

// ---- One pixel anywhere.

INLINE void nearest_pixel(const LoamWarp *w, double row, double column, float *out, const int bytes) {
  const int64_t pixel = pixel_or_none(w, (int64_t)floor(row + 0.5), (int64_t)floor(column + 0.5));
  for (int64_t k = 0; k < w->channels; k++) out[k] = source_or_fill(w, pixel, k, bytes);
}

INLINE void bilinear_pixel(const LoamWarp *w, double row, double column, float *out, const int bytes) {
  double top = floor(row), left = floor(column);
  float down = (float)(row - top), right = (float)(column - left);
  const float weight[4] = {(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right};
  for (int64_t k = 0; k < w->channels; k++) out[k] = 0;
  for (int corner = 0; corner < 4; corner++) {
    const int64_t pixel = pixel_or_none(w, (int64_t)top + (corner >> 1), (int64_t)left + (corner & 1));
    for (int64_t k = 0; k < w->channels; k++) out[k] = FUSED(weight[corner], source_or_fill(w, pixel, k, bytes), out[k]);
  }
}

// The weights of four neighbours: R. Keys, "Cubic convolution interpolation", 1981, with a = -1/2.
INLINE void cubic_weights(float t, float weight[4]) {
  const float u = 1 - t;
  weight[0] = -0.5f * t * u * u;
  weight[1] = 1 + t * t * (1.5f * t - 2.5f);
  weight[2] = 1 + u * u * (1.5f * u - 2.5f);
  weight[3] = -0.5f * u * t * t;
}

INLINE void bicubic_pixel(const LoamWarp *w, double row, double column, float *out, const int bytes) {
  double top = floor(row), left = floor(column);
  float rows[4], columns[4];
  cubic_weights((float)(row - top), rows);
  cubic_weights((float)(column - left), columns);
  for (int64_t k = 0; k < w->channels; k++) out[k] = 0;
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 4; x++) {
      const int64_t pixel = pixel_or_none(w, (int64_t)top + y - 1, (int64_t)left + x - 1);
      for (int64_t k = 0; k < w->channels; k++) out[k] = FUSED(rows[y] * columns[x], source_or_fill(w, pixel, k, bytes), out[k]);
    }
}

INLINE void any_pixel(const LoamWarp *w, double row, double column, float *out, const int bytes) {
  // Far outside or NaN: no source pixel contributes, and the cast to integer stays defined.
  if (!(row > -1e9 && row < 1e9 && column > -1e9 && column < 1e9)) row = column = -1e8;
  if (w->fill_mode == LOAM_FILL_CONSTANT && (row <= -2 || column <= -2 || row >= w->height + 1 || column >= w->width + 1)) {
    for (int64_t k = 0; k < w->channels; k++) out[k] = bytes ? w->fill * 255.f : w->fill;
    return;
  }
  switch (w->interpolation) {
    case LOAM_NEAREST: nearest_pixel(w, row, column, out, bytes); break;
    case LOAM_BICUBIC: bicubic_pixel(w, row, column, out, bytes); break;
    default: bilinear_pixel(w, row, column, out, bytes);
  }
}
static void any_pixel_bytes(const LoamWarp *w, double row, double column, float *out) { any_pixel(w, row, column, out, 1); }
static void any_pixel_floats(const LoamWarp *w, double row, double column, float *out) { any_pixel(w, row, column, out, 0); }

// ---- Runs of pixels whose neighbours are all inside. Positions advance in fixed point with 32 bits after the point, so
// that the ends of a run decide for all of it. At 32,768 columns the rounding of the step adds up to 2^-18 pixels.

typedef struct { int64_t row, column, row_step, column_step; } Track;

// False for maps whose positions do not fit.
INLINE int track(const LoamWarp *w, int64_t r, Track *t) {
  const double one = 4294967296.0, limit = 0x1p29;
  const double row = w->map[0] * r + w->map[2], column = w->map[3] * r + w->map[5];
  const double last_row = row + w->map[1] * w->out_width, last_column = column + w->map[4] * w->out_width;
  if (!(fabs(row) < limit && fabs(column) < limit && fabs(last_row) < limit && fabs(last_column) < limit)) return 0;
  *t = (Track){llrint(row * one), llrint(column * one), llrint(w->map[1] * one), llrint(w->map[4] * one)};
  return 1;
}

// Narrows [first, last) to the c with low <= start + c step < high. The quotients are estimates, corrected exactly.
INLINE void narrow(int64_t start, int64_t step, int64_t low, int64_t high, int64_t *first, int64_t *last) {
  if (*first >= *last) return;
  if (step == 0) {
    if (start < low || start >= high) *last = *first;
    return;
  }
  const double inverse = 1 / (double)step, limit = (double)*last + 2;
  double from = (double)((step > 0 ? low : high - 1) - start) * inverse, to = (double)((step > 0 ? high - 1 : low) - start) * inverse;
  int64_t f = from < *first ? *first : from > limit ? *last : (int64_t)from, t = to < *first ? *first : to > limit ? *last : (int64_t)to + 1;
#define IS_INSIDE(c) (start + (c) * step >= low && start + (c) * step < high)
  while (f > *first && IS_INSIDE(f - 1)) f--;
  while (f < *last && !IS_INSIDE(f)) {
    if (step > 0 ? start + f * step >= high : start + f * step < low) { f = *last; break; }
    f++;
  }
  if (t > *last) t = *last;
  while (t < *last && t > f && IS_INSIDE(t - 1) && IS_INSIDE(t)) t++;
  while (t > f && !IS_INSIDE(t - 1)) t--;
#undef IS_INSIDE
  *first = f;
  *last = t < f ? f : t;
}

typedef float F8 __attribute__((vector_size(32), aligned(4)));
typedef uint8_t B8 __attribute__((vector_size(8), aligned(1)));

// Eight values; all must be within the image.
INLINE F8 load8(const LoamWarp *w, int64_t index, const int bytes) {
  if (bytes) { B8 b; memcpy(&b, (const uint8_t *)w->input + index, 8); return __builtin_convertvector(b, F8); }
  F8 f;
  memcpy(&f, (const float *)w->input + index, 32);
  return f;
}

// Columns of the image that runs leave to single pixels, so that loads of eight values stay within it.
INLINE int64_t spare_columns(int64_t channels) { return channels == 3 ? 1 : 0; }

// One pixel whose neighbours from `at` on are inside.
INLINE void bilinear_inside(const LoamWarp *w, int64_t at, float down, float right, float *out, const int64_t n, const int bytes) {
  const int64_t below = at + w->width * n;
  for (int64_t k = 0; k < n; k++) {
    const float a = source_value(w, at + k, bytes), b = source_value(w, at + n + k, bytes);
    const float c = source_value(w, below + k, bytes), d = source_value(w, below + n + k, bytes);
    const float left_value = FUSED(c - a, down, a), right_value = FUSED(d - b, down, b);
    out[k] = FUSED(right_value - left_value, right, left_value);
  }
}

// Rotated rows cross many cache lines, which processors do not foresee: what the eighth output row after this one reads is asked for.
// How far that is in the input, in values.
INLINE int64_t eight_rows_ahead(const LoamWarp *w) { return (int64_t)(8 * (w->map[0] * (double)w->width + w->map[3])) * w->channels; }

// The pixel at index `at` of the input; one in each line is enough.
INLINE void prefetch_input(const LoamWarp *w, int64_t at, const int bytes) {
  __builtin_prefetch((const void *)((uintptr_t)w->input + (uintptr_t)(bytes ? at : 4 * at)));
}
// Whether a run asks for what is ahead of pixel c; a line of 64 bytes has no fewer pixels of one to four channels.
INLINE int asks_ahead(int64_t c, const int bytes) { return !(c & (bytes ? 15 : 3)); }

// `n` and `bytes` are constants where this is inlined. Eight floats may be written at `out + (last - 1 - first) * n`.
INLINE void bilinear_run(const LoamWarp *w, Track t, int64_t first, int64_t last, float *out, const int64_t n, const int bytes) {
  const int64_t row_size = w->width * n, ahead = eight_rows_ahead(w);
  int64_t row = t.row + first * t.row_step, column = t.column + first * t.column_step;
  for (int64_t c = first; c < last; c++, out += n, row += t.row_step, column += t.column_step) {
    const float down = (float)(uint32_t)row * 0x1p-32f, right = (float)(uint32_t)column * 0x1p-32f;
    const int64_t at = (row >> 32) * row_size + (column >> 32) * n;
    if (asks_ahead(c, bytes)) prefetch_input(w, at + ahead, bytes);
    if (n == 3 || n == 4) {
      const F8 a = load8(w, at, bytes), b = load8(w, at + row_size, bytes), v = FUSED(b - a, (F8){} + down, a);
      const F8 u = n == 3 ? __builtin_shufflevector(v, v, 3, 4, 5, 6, 7, 7, 7, 7) : __builtin_shufflevector(v, v, 4, 5, 6, 7, 7, 7, 7, 7);
      const F8 value = FUSED(u - v, (F8){} + right, v);
      memcpy(out, &value, 16);
    } else bilinear_inside(w, at, down, right, out, n, bytes);
  }
}

#include "image_bytes.h"
#include "scaled_points.h"

INLINE void nearest_run(const LoamWarp *w, Track t, int64_t first, int64_t last, float *out, const int64_t n, const int bytes) {
  const int64_t half = (int64_t)1 << 31, ahead = eight_rows_ahead(w);
  int64_t row = t.row + first * t.row_step + half, column = t.column + first * t.column_step + half;
  for (int64_t c = first; c < last; c++, out += n, row += t.row_step, column += t.column_step) {
    const int64_t at = ((row >> 32) * w->width + (column >> 32)) * n;
    if (asks_ahead(c, bytes)) prefetch_input(w, at + ahead, bytes);
    for (int64_t k = 0; k < n; k++) out[k] = source_value(w, at + k, bytes);
  }
}

#include "image_bicubic.h"

#define RUNS(suffix, n, bytes) \
  static void run_##suffix(const LoamWarp *w, Track t, int64_t first, int64_t last, float *out) { \
    switch (w->interpolation) { \
      case LOAM_NEAREST: nearest_run(w, t, first, last, out, n, bytes); break; \
      case LOAM_BICUBIC: bicubic_run(w, t, first, last, out, n, bytes); break; \
      default: bilinear_run(w, t, first, last, out, n, bytes); \
    } \
  }
RUNS(bytes_1, 1, 1) RUNS(bytes_3, 3, 1) RUNS(bytes_4, 4, 1) RUNS(bytes_n, w->channels, 1)
RUNS(floats_1, 1, 0) RUNS(floats_3, 3, 0) RUNS(floats_4, 4, 0) RUNS(floats_n, w->channels, 0)
#undef RUNS

typedef void (*Run)(const LoamWarp *, Track, int64_t, int64_t, float *);

INLINE Run run_of(const LoamWarp *w) {
  const int bytes = w->input_bytes;
  switch (w->channels) {
    case 1: return bytes ? run_bytes_1 : run_floats_1;
    case 3: return bytes ? run_bytes_3 : run_floats_3;
    case 4: return bytes ? run_bytes_4 : run_floats_4;
    default: return bytes ? run_bytes_n : run_floats_n;
  }
}

#include "image_padded.h"
#include "image_bends.h"

INLINE void position(const LoamWarp *w, int64_t r, int64_t c, double *row, double *column) {
  *row = (double)r;
  *column = (double)c;
  apply_affine(w->map, row, column);
  for (int64_t i = w->bend_count; i-- > 0;) apply_bend(&w->bends[i], row, column);
}

// A row of a map with bends: no run of it is known to be inside. `n` and `bytes` are constants where this is inlined.
INLINE void bent_row(const LoamWarp *w, int64_t r, float *out, const int64_t n, const int bytes) {
  const double bottom = (double)(w->height - 1), end = (double)(w->width - 1);
  for (int64_t c = 0; c < w->out_width; c++, out += n) {
    double row, column;
    position(w, r, c, &row, &column);
    if (w->interpolation == LOAM_BILINEAR && row >= 0 && row < bottom && column >= 0 && column < end) {
      const int32_t top = (int32_t)row, left = (int32_t)column;
      bilinear_inside(w, top * w->width * n + left * n, (float)(row - top), (float)(column - left), out, n, bytes);
    } else any_pixel(w, row, column, out, bytes);
  }
}
#define BENT(suffix, n, bytes) static void bent_##suffix(const LoamWarp *w, int64_t r, float *out) { bent_row(w, r, out, n, bytes); }
BENT(bytes_1, 1, 1) BENT(bytes_3, 3, 1) BENT(bytes_n, w->channels, 1) BENT(floats_1, 1, 0) BENT(floats_3, 3, 0) BENT(floats_n, w->channels, 0)
#undef BENT

typedef void (*Bent)(const LoamWarp *, int64_t, float *);

INLINE Bent bent_of(const LoamWarp *w) {
  switch (w->channels) {
    case 1: return w->input_bytes ? bent_bytes_1 : bent_floats_1;
    case 3: return w->input_bytes ? bent_bytes_3 : bent_floats_3;
    default: return w->input_bytes ? bent_bytes_n : bent_floats_n;
  }
}

// The columns of an output row whose source is within `margin` pixels of the edges, for a map without bends. `spare`:
// columns that are left out at the right edge.
INLINE void span(const LoamWarp *w, Track t, int64_t low, int64_t margin, int64_t spare, int64_t *first, int64_t *last) {
  const int64_t one = (int64_t)1 << 32;
  *first = 0;
  *last = w->out_width;
  narrow(t.row, t.row_step, low, (w->height * one) - margin, first, last);
  narrow(t.column, t.column_step, low, (w->width - spare) * one - margin, first, last);
}

// The columns for which every neighbour is inside.
INLINE void inner_span(const LoamWarp *w, Track t, int64_t *first, int64_t *last) {
  const int64_t one = (int64_t)1 << 32;
  switch (w->interpolation) {
    case LOAM_NEAREST: span(w, t, -one / 2, one / 2, 0, first, last); break;
    // Sixteen values of three channels are six columns.
    case LOAM_BICUBIC: span(w, t, one, 2 * one, 2 * spare_columns(w->channels), first, last); break;
    // Positions of runs of bytes are rounded down by up to 2^-15.
    default: span(w, t, one >> 15, one, spare_columns(w->channels), first, last);
  }
}

// The columns for which any neighbour may be inside; all, unless what is outside is a constant.
INLINE void outer_span(const LoamWarp *w, Track t, int64_t *first, int64_t *last) {
  const int64_t one = (int64_t)1 << 32, reach = w->interpolation == LOAM_BICUBIC ? 2 : 1;
  if (w->fill_mode == LOAM_FILL_CONSTANT) span(w, t, -reach * one, (1 - reach) * one, 0, first, last);
  else { *first = 0; *last = w->out_width; }
}

// One row of the output, in the scale of the source. `out` has space for four floats more.
static void sample_row(const LoamWarp *w, int64_t r, float *out) {
  const int64_t n = w->channels;
  int64_t first = 0, last = 0, begin = 0, end = w->out_width;
  Track t;
  if (w->bend_count) { bent_of(w)(w, r, out); return; }
  if (track(w, r, &t)) {
    inner_span(w, t, &first, &last);
    outer_span(w, t, &begin, &end);
    if (first >= last) first = last = end;
    const float fill = w->input_bytes ? w->fill * 255.f : w->fill;
    for (int64_t i = 0; i < begin * n; i++) out[i] = fill;
    for (int64_t i = end * n; i < w->out_width * n; i++) out[i] = fill;
  } else first = last = end;
  void (*const single)(const LoamWarp *, double, double, float *) = w->input_bytes ? any_pixel_bytes : any_pixel_floats;
  double row, column;
  for (int64_t c = begin; c < first; c++) { position(w, r, c, &row, &column); single(w, row, column, out + c * n); }
  if (first < last) run_of(w)(w, t, first, last, out + first * n);
  for (int64_t c = last; c < end; c++) { position(w, r, c, &row, &column); single(w, row, column, out + c * n); }
}

// What is prepared for all rows.
typedef union { Lanes lanes; Projection projection; } LevelMap;

// The same from bytes, in 64ths of a level; false if this row needs the general way. `n` is a constant where this is inlined.
INLINE int byte_row(const LoamWarp *w, int64_t r, int16_t *out, const LevelMap *map, const int64_t n) {
  int64_t first, last, begin, end;
  if (w->bend_count) { projected_row(w, &map->projection, r, out, n); return 1; }
  const Lanes *lanes = &map->lanes;
  Track t;
  if (!track(w, r, &t)) return 0;
  inner_span(w, t, &first, &last);
  if (lanes->is_padded) {
    begin = first;
    end = last > first ? last : first;
  } else outer_span(w, t, &begin, &end);
  if (first >= last) first = last = end;
  const int16_t fill = (int16_t)(w->fill * (255 * 64) + 0.5f);
  for (int64_t i = 0; i < begin * n; i++) out[i] = fill;
  for (int64_t c = begin; c < end; c++) {
    if (c == first && first < last) {
      levels_run(w, t, lanes, first, last, out, n);
      c = last - 1;
    } else levels_pixel(w, (t.row + c * t.row_step) >> 16, (t.column + c * t.column_step) >> 16, fill, out + c * n, n);
  }
  for (int64_t i = end * n; i < w->out_width * n; i++) out[i] = fill;
  return 1;
}
static int byte_row_1(const LoamWarp *w, int64_t r, int16_t *out, const LevelMap *map) { return byte_row(w, r, out, map, 1); }
static int byte_row_3(const LoamWarp *w, int64_t r, int16_t *out, const LevelMap *map) { return byte_row(w, r, out, map, 3); }
static int byte_row_4(const LoamWarp *w, int64_t r, int16_t *out, const LevelMap *map) { return byte_row(w, r, out, map, 4); }

static void warp_rows(const LoamWarp *w, int is_padded) {
  const int64_t size = w->out_width * w->channels, element = w->input_bytes ? 1 : 4, row_bytes = size * (w->output_bytes ? 1 : 4);
  // A row of floats, and one for noise, which holds bytes or levels until there is noise, and bytes afterwards.
  float *row = w->scratch, *noise = row + (size + 31) / 16 * 16;
  uint8_t *bytes = (uint8_t *)noise;
  int16_t *levels = (int16_t *)noise;
  const int has_points = w->point_count > 0, copies = w->exact && w->input_bytes == w->output_bytes && !has_points;
  // A streamed row is made in the scratch, unless it is copied as it is.
  const int in_levels = can_sample_levels(w), streams = streams_rows(w);
  if (copies && copies_rows(w) && (!streams || w->map[4] == 1)) { copy_rows(w, element, streams); return; }
  LevelMap map;
  if (in_levels) { if (w->bend_count) map.projection = projection_of(w); else map.lanes = lanes_of(w, is_padded); }
  ScaledPoints scaled;
  const int only_scales = w->input_bytes && !w->output_bytes && scaled_points(w->points, w->point_count, w->channels, &scaled);
  int (*const sample_levels)(const LoamWarp *, int64_t, int16_t *, const LevelMap *) =
    w->channels == 1 ? byte_row_1 : w->channels == 3 ? byte_row_3 : byte_row_4;
  for (int64_t r = 0; r < w->out_height; r++) {
    uint8_t *const place = (uint8_t *)w->output + r * row_bytes;
    void *made = streams ? (void *)row : place;
    const int has_levels = in_levels && sample_levels(w, r, levels, &map);
    if (copies) exact_row(w, r, made, element);
    else if (only_scales && w->exact) {
      exact_row(w, r, bytes, element);
      scale_bytes(&scaled, bytes, made, size);
    } else if (only_scales && has_levels) scale_levels(&scaled, levels, made, size);
    else if (has_levels && w->output_bytes && !has_points) levels_to_bytes(levels, made, size);
    else {
      // Bytes stay in their scale if nothing changes them.
      const int stays_in_scale = w->input_bytes && w->output_bytes && !has_points;
      if (has_levels) levels_to_floats(levels, row, size);
      else if (w->exact) {
        exact_row(w, r, w->input_bytes ? bytes : (uint8_t *)row, element);
        if (w->input_bytes) bytes_to_floats(bytes, row, size);
      } else {
        sample_row(w, r, row);
        if (w->input_bytes && !stays_in_scale) levels_to_unit(row, size);
      }
      for (int64_t i = 0; i < w->point_count; i++) point_row(&w->points[i], row, noise, r, w->out_width, w->channels);
      if (w->output_bytes) floats_to_bytes(row, made = streams ? bytes : place, size, stays_in_scale ? 1.f : 255.f);
      else if (!streams) memcpy(made, row, (size_t)row_bytes);
    }
    if (streams) stream_row(made, place, row_bytes, 0);
  }
}

static void warp(const LoamWarp *w) {
  if (can_stay_bytes(w)) byte_points_image(w);
  else if (can_pad(w)) {
    PaddedImage padded;
    pad(w, &padded);
    warp_rows(&padded.warp, 1);
  } else warp_rows(w, 0);
  if (streams_rows(w)) end_streams();
}
