// All kernel families for one instruction set. The including file defines LOAM_TABLE (the name of the table), LOAM_LABEL,
// LOAM_FMA, TILE_ROWS, TILE_HALF and TILE_VECTORS, and sets the compilation target. LOAM_STREAMS: rows of large batches are written past
// the caches. LOAM_WIDE_TABLES: byte_table_wide.h is there.
#ifndef LOAM_STREAMS
#define LOAM_STREAMS 0
#endif
#ifndef LOAM_WIDE_TABLES
#define LOAM_WIDE_TABLES 0
#endif
#pragma clang diagnostic ignored "-Wtautological-compare"  // x != x detects NaN
#pragma clang diagnostic ignored "-Wpsabi"                 // vectors are passed only to inlined functions
#include "vector.h"

static float f32_remainder(float x, float y) { float m = fmodf(x, y); return m != 0 && (m < 0) != (y < 0) ? m + y : m; }
static float f32_power(float x, float y) { return powf(x, y); }
static float f32_sine(float x) { return sinf(x); }
static float f32_cosine(float x) { return cosf(x); }
#define f32_exp exp_f32
#define f32_log log_f32
#define f32_log1p log1p_f32
#define f32_tanh tanh_f32
#define f32_sigmoid sigmoid_f32
#define f32_softplus softplus_f32
#define f32_erf erf_f32

// Doubles are not tuned: scalar libm functions, lane by lane.
static double f64_remainder(double x, double y) { double m = fmod(x, y); return m != 0 && (m < 0) != (y < 0) ? m + y : m; }
static double f64_power(double x, double y) { return pow(x, y); }
static double f64_sine(double x) { return sin(x); }
static double f64_cosine(double x) { return cos(x); }
#define LANEWISE(name, expression) \
  INLINE F64 name(F64 v) { for (int l = 0; l < 8; l++) { double x = v[l]; v[l] = (expression); } return v; }
LANEWISE(f64_exp, exp(x))
LANEWISE(f64_log, log(x))
LANEWISE(f64_log1p, log1p(x))
LANEWISE(f64_tanh, tanh(x))
LANEWISE(f64_sigmoid, x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)))
LANEWISE(f64_erf, erf(x))
LANEWISE(f64_softplus, (x > 0 ? x : 0) + log1p(exp(-fabs(x))))
#undef LANEWISE

static int32_t i32_power(int32_t x, int32_t y) {
  if (y < 0) return x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0;
  uint32_t result = 1, base = (uint32_t)x;
  for (uint32_t e = (uint32_t)y; e; e >>= 1, base *= base) if (e & 1) result *= base;
  return (int32_t)result;
}

#define TYPE float
#define VECTOR F32
#define MASK I32
#define NAME(x) f32_##x
#define LOAM_IS_FLOAT 1
#define LOAM_HAS_TRANSPOSE 1
#define LOAM_LOWEST -INFINITY
#define LOAM_HIGHEST INFINITY
#include "elementwise.h"
#include "reduction.h"
#include "tile.h"
#include "matvec.h"
#include "matmul.h"
#include "depthwise.h"
#include "convolution.h"
#include "pooling.h"
#undef TYPE
#undef VECTOR
#undef MASK
#undef NAME

#undef LOAM_HAS_TRANSPOSE
#define TYPE double
#define VECTOR F64
#define MASK I64
#define NAME(x) f64_##x
#include "elementwise.h"
#include "reduction.h"
#include "tile.h"
#include "matvec.h"
#include "matmul.h"
#include "depthwise.h"
#include "convolution.h"
#include "pooling.h"
#undef TYPE
#undef VECTOR
#undef MASK
#undef NAME
#undef LOAM_IS_FLOAT
#undef LOAM_LOWEST
#undef LOAM_HIGHEST

#define TYPE int32_t
#define VECTOR I32
#define MASK I32
#define NAME(x) i32_##x
#define LOAM_IS_FLOAT 0
#define LOAM_LOWEST INT32_MIN
#define LOAM_HIGHEST INT32_MAX
#include "elementwise.h"
#include "reduction.h"
#undef TYPE
#undef VECTOR
#undef MASK
#undef NAME
#undef LOAM_IS_FLOAT

#include "random.h"
#include "optimiser.h"
#include "stream_rows.h"
#include "area.h"
#include "image.h"
#include "image_resize.h"

// Twelve independent chains of fused multiply-adds, enough to hide the latency.
static float peak(int64_t rounds) {
  F32 sum[12], factor = splat(0.9999f), term = splat(1e-4f);
  for (int i = 0; i < 12; i++) sum[i] = splat((float)i);
  for (int64_t r = 0; r < rounds; r++)
    UNROLLED for (int i = 0; i < 12; i++) sum[i] = FUSED(sum[i], factor, term);
  for (int i = 1; i < 12; i++) sum[0] = sum[0] + sum[i];
  return sum[0][0];
}

static void elementwise_any(const LoamElementwise *e, int64_t begin, int64_t end) {
  switch (e->compute) {
    case LOAM_F32: f32_elementwise(e, begin, end); break;
    case LOAM_F64: f64_elementwise(e, begin, end); break;
    default: i32_elementwise(e, begin, end);
  }
}

static void reduce_any(const LoamReduction *r, int64_t begin, int64_t end) {
  int positions = r->kind == LOAM_ARGMAX || r->kind == LOAM_ARGMIN;
  switch (r->type) {
    case LOAM_F32: (positions ? f32_positions : f32_reduce)(r, begin, end); break;
    case LOAM_F64: (positions ? f64_positions : f64_reduce)(r, begin, end); break;
    default: (positions ? i32_positions : i32_reduce)(r, begin, end);
  }
}
static void reduce_fold_any(const LoamReduction *r, int64_t begin, int64_t end) {
  switch (r->type) {
    case LOAM_F32: f32_reduce_fold(r, begin, end); break;
    case LOAM_F64: f64_reduce_fold(r, begin, end); break;
    default: i32_reduce_fold(r, begin, end);
  }
}

static void matmul_any(const LoamMatMul *p, int64_t begin, int64_t end, void *scratch) {
  if (p->type == LOAM_F64) f64_matmul(p, begin, end, scratch); else f32_matmul(p, begin, end, scratch);
}
static int64_t matmul_units_any(const LoamMatMul *p) { return p->type == LOAM_F64 ? f64_matmul_units(p) : f32_matmul_units(p); }
static int64_t matmul_scratch_any(const LoamMatMul *p) { return p->type == LOAM_F64 ? f64_matmul_scratch(p) : f32_matmul_scratch(p); }

static void convolution_any(const LoamConvolution *p, int64_t begin, int64_t end, void *scratch) {
  if (p->type == LOAM_F64) f64_convolution(p, begin, end, scratch); else f32_convolution(p, begin, end, scratch);
}
static int64_t convolution_units_any(const LoamConvolution *p) { return p->type == LOAM_F64 ? f64_convolution_units(p) : f32_convolution_units(p); }
static int64_t convolution_block_any(const LoamConvolution *p) { return p->type == LOAM_F64 ? f64_convolution_block(p) : f32_convolution_block(p); }
static int64_t convolution_scratch_any(const LoamConvolution *p) { return p->type == LOAM_F64 ? f64_convolution_scratch(p) : f32_convolution_scratch(p); }

static void pooling_any(const LoamPooling *p, int64_t begin, int64_t end) {
  if (p->type == LOAM_F64) f64_pooling(p, begin, end); else f32_pooling(p, begin, end);
}

const LoamKernels LOAM_TABLE = {
  .name = LOAM_LABEL, .elementwise = elementwise_any, .reduce = reduce_any,
  .reduce_fold = reduce_fold_any, .reduce_chunks = f32_reduce_chunks, .matmul = matmul_any,
  .matmul_units = matmul_units_any, .matmul_scratch = matmul_scratch_any,
  .convolution = convolution_any, .convolution_units = convolution_units_any, .convolution_scratch = convolution_scratch_any, .convolution_block = convolution_block_any, .pooling = pooling_any,
  .random = random_any, .adam = adam, .descent = descent, .rms = rms, .peak = peak, .square_sum = square_sum, .warp = warp,
  .resize = resize, .blur_scratch = blur_scratch, .blur = blur, .box_scratch = box_scratch, .box = box, .taps_scratch = taps_scratch,
  .taps = taps, .median_scratch = median_scratch, .median = median, .histogram = histogram, .look_up = look_up,
  .equalization_scratch = equalization_scratch, .equalization = equalization, .patches_scratch = patches_scratch, .patches = patches,
  .missing_scratch = missing_scratch, .missing = missing,
};
