// Filters of whole images, one file for each kind.
#include "area_rows.h"
#include "area_box.h"

#define PIXEL float
#define VECTOR F32
#define LANES 16
#define AREA(x) area_f32_##x
// One instruction each, unlike the builtins, which have rules for NaN.
INLINE F32 AREA(less)(F32 a, F32 b) { return choose(a < b, a, b); }
INLINE F32 AREA(greater)(F32 a, F32 b) { return choose(a > b, a, b); }
// `own` where it differs from the median by at most the threshold.
INLINE F32 AREA(unless_near)(F32 own, F32 median, float threshold) { return choose(__builtin_elementwise_abs(own - median) <= splat(threshold), own, median); }
#include "area_median.h"
#undef PIXEL
#undef VECTOR
#undef LANES
#undef AREA

#define PIXEL uint8_t
#define VECTOR U8
#define LANES 32
#define AREA(x) area_u8_##x
INLINE U8 AREA(less)(U8 a, U8 b) { return __builtin_elementwise_min(a, b); }
INLINE U8 AREA(greater)(U8 a, U8 b) { return __builtin_elementwise_max(a, b); }
INLINE U8 AREA(unless_near)(U8 own, U8 median, float threshold) {
  const U8 difference = __builtin_elementwise_max(own, median) - __builtin_elementwise_min(own, median);
  const U8 is_near = (U8)(difference <= (U8){} + (uint8_t)(threshold < 255 ? threshold : 255));
  return (own & is_near) | (median & ~is_near);
}
#include "area_median.h"
#undef PIXEL
#undef VECTOR
#undef LANES
#undef AREA

#include "area_levels.h"
#include "area_patches.h"
#include "area_missing.h"

// Longer filters would lose more than a quarter of a level in fixed point.
enum { AREA_SHORT_REACH = 30, AREA_SHORT_COUNT = 60 };

INLINE int is_short_blur(const LoamBlur *f) { return f->row_reach <= AREA_SHORT_REACH && f->column_reach <= AREA_SHORT_REACH; }

static int64_t blur_scratch(const LoamBlur *f) {
  return f->type == LOAM_F32 || !is_short_blur(f) ? area_f32_blur_scratch(f) : area_u8_blur_scratch(f);
}
static void blur(const LoamBlur *f, void *scratch) {
  if (f->type == LOAM_F32) area_f32_blur(f, scratch);
  else if (is_short_blur(f)) area_u8_blur(f, scratch);
  else area_long_blur(f, scratch);
}

static int64_t taps_scratch(const LoamTaps *f) { return area_f32_taps_scratch(f); }
static void taps(const LoamTaps *f, void *scratch) {
  if (f->type == LOAM_F32) area_f32_taps(f, scratch);
  else if (f->count <= AREA_SHORT_COUNT) area_u8_taps(f, scratch);
  else area_long_taps(f, scratch);
}

static int64_t median_scratch(const LoamMedian *m) { return m->type == LOAM_F32 ? area_f32_median_scratch(m) : area_u8_median_scratch(m); }
static void median(const LoamMedian *m, void *scratch) {
  if (m->type == LOAM_F32) area_f32_median(m, scratch); else area_u8_median(m, scratch);
}
