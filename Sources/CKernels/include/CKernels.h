// The numeric kernels of Loam, in C. Each family is one source under families/, built once per instruction set;
// `loam_kernels()` returns the table for this machine. reference.c has a plain implementation of each family as the oracle
// of the tests.
#pragma once
#include <stdint.h>
#include "operations.h"
#include "windows.h"

// Element types, in the order of Swift's DType.
enum { LOAM_F32, LOAM_F64, LOAM_I32, LOAM_U8, LOAM_BOOL };

// ---- Elementwise programs: a chain of operations run block by block in the L1 cache.

enum {
  LOAM_MAX_RANK = 8, LOAM_MAX_INPUTS = 12, LOAM_MAX_CODE = 40, LOAM_MAX_REGISTERS = 16, LOAM_MAX_KEPT = 6,
};

typedef struct {
  const void *data;
  uint8_t type;
  uint8_t layout;                   // 0: same as the output; 1: scalar; 2: strided
  int64_t strides[LOAM_MAX_RANK];   // in elements, per output dimension; 0 broadcasts
} LoamOperand;

typedef struct {
  uint8_t op, d, a, b, c;           // registers; the inputs are the first
  uint8_t keep;                     // index in `kept` plus one, if the result is stored; otherwise 0
  double value;                     // of LOAM_OP_CONSTANT
} LoamInstruction;

// An intermediate result that is written to memory, because other kernels read it.
typedef struct {
  void *data;
  uint8_t type;
} LoamKept;

typedef struct {
  uint8_t compute;                  // LOAM_F32, LOAM_F64 or LOAM_I32
  uint8_t output_type, result;      // the register that is stored
  int32_t rank, input_count, code_count;
  int64_t dims[LOAM_MAX_RANK];
  LoamOperand inputs[LOAM_MAX_INPUTS];
  LoamInstruction code[LOAM_MAX_CODE];
  LoamKept kept[LOAM_MAX_KEPT];
  void *output;
} LoamElementwise;

// ---- Reductions over the middle of [outer, count, inner].

enum { LOAM_SUM, LOAM_MAX, LOAM_MIN, LOAM_PRODUCT, LOAM_ARGMAX, LOAM_ARGMIN };

typedef struct {
  uint8_t type, kind;
  uint8_t has_program;              // the input is the output of `program`, computed in this type
  int64_t outer, count, inner;
  const void *input;
  void *output;                     // i32 for argmax and argmin
  void *partial;                    // partial results of the chunks
  LoamElementwise program;
} LoamReduction;

// ---- Batched matrix products C[m, n] = op(A) op(B).

typedef struct {
  uint8_t type, transpose_a, transpose_b;
  int64_t batch, m, n, k;
  int64_t stride_a, stride_b;       // batch strides in elements; 0 broadcasts
  const void *a, *b;
  void *c;
} LoamMatMul;

// ---- Strided copies: out[i0, i1, ...] = in[offset + i0*s0 + i1*s1 + ...], or the reverse.

typedef struct {
  uint8_t element_size, scatter;    // scatter: out[offset + ...] = in[i...]
  int32_t rank;
  int64_t offset, dims[LOAM_MAX_RANK], strides[LOAM_MAX_RANK];
  const void *input;
  void *output;
} LoamMove;

// ---- Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011).

enum { LOAM_UNIFORM, LOAM_NORMAL };

typedef struct {
  uint8_t type, kind;
  uint32_t place;                   // index of the draw in the stream
  const uint32_t *key;              // key low, key high, step
  int64_t count;
  void *output;
} LoamRandom;

// ---- Optimisers, each one streaming pass over flat buffers.

typedef struct {
  int64_t count;
  float *parameters;
  const float *gradients;
  float *first, *second;            // moments; descent stores its velocity in the first
  float rate, scale;                // multiplies the gradient
  float beta1, beta2, epsilon, decay;  // descent and rms: beta1 is the momentum
  float correction1, correction2;   // Adam bias correction: 1 - beta^t
} LoamUpdate;

// ---- Images: sampling [height, width, channels] by a map, and operations on single pixels, in one pass.

enum { LOAM_NEAREST, LOAM_BILINEAR, LOAM_BICUBIC };
enum { LOAM_FILL_CONSTANT, LOAM_FILL_EDGE, LOAM_FILL_REFLECT, LOAM_FILL_WRAP };

enum { LOAM_PERSPECTIVE, LOAM_ELASTIC };

// A map that is not affine, and the affine map after it.
typedef struct {
  uint8_t kind;
  double matrix[9];                 // perspective: (m0 r + m1 c + m2, m3 r + m4 c + m5) / (m6 r + m7 c + m8)
  const float *grid;                // elastic: displacements [rows, columns, 2] of a cubic B-spline, one spacing outside
  int64_t grid_rows, grid_columns;
  double spacing;
  double then[6];
} LoamBend;

enum {
  LOAM_POINT_LINEAR,                // clamp(scale x + offset), by channel
  LOAM_POINT_UNBOUNDED,             // scale x + offset, by channel
  LOAM_POINT_MATRIX,                // clamp(M (red, green, blue, 1)); a[0..3] gives red
  LOAM_POINT_POWER,                 // x ^ a[0]
  LOAM_POINT_LEVELS,                // of 256 levels, the multiples of a[0]
  LOAM_POINT_SOLARIZE,              // 1 - x from a[0] on
  LOAM_POINT_NOISE,                 // clamp(x + a[0] normal)
  LOAM_POINT_SPECKLE,               // clamp(x + x a[0] normal)
  LOAM_POINT_IMPULSES,              // a share a[0] of the pixels becomes 0, another a[1] becomes 1
  LOAM_POINT_FILL,                  // a rectangle becomes a[k], or random if a[4] is 1
  LOAM_POINT_GRID,                  // as FILL, squares of a side a[5] every a[6] pixels from rows[0], columns[0]
  LOAM_POINT_ORDER                  // channel k becomes channel a[k], or 0 if that is negative
};

typedef struct {
  uint8_t kind;
  float a[12];                      // linear: scales, then offsets from a[4]
  uint32_t key[2];                  // of the random numbers
  int64_t rows[2], columns[2];      // half-open
} LoamPoint;

typedef struct {
  const void *input;
  void *output;
  int64_t height, width, channels, out_height, out_width;
  uint8_t input_bytes, output_bytes;  // u8, 0 to 255, instead of f32
  // Source row = m[0]*row + m[1]*column + m[2], source column = m[3]*row + m[4]*column + m[5],
  // between pixel centres; then the bends.
  double map[6];
  const LoamBend *bends;
  int64_t bend_count;
  uint8_t exact;                    // the map is of integers: pixels are copied
  uint8_t streams;                  // the output is part of a batch that no cache holds: rows may be written past the caches
  uint8_t interpolation, fill_mode;
  float fill;                       // the constant
  const LoamPoint *points;          // after sampling, on values 0 to 1
  int64_t point_count;
  void *scratch;                    // loam_warp_scratch bytes, aligned to 64
} LoamWarp;

static inline int64_t loam_warp_scratch(int64_t out_width, int64_t channels) { return 64 * (out_width * (channels + 1) / 4 + 16); }

// A separable filter of an image [height, width, channels], of 1 to 4 channels: each row and each column of the output is a sum of
// inputs from its start, with weights that are not negative and whose sum is 1.
typedef struct {
  const void *input;
  void *output;
  uint8_t input_bytes;              // u8, 0 to 255, instead of f32
  uint8_t output_bytes;             // from bytes only
  uint8_t halves;                   // both directions are halved, by weights of 1, 3, 3 and 1 eighths
  int64_t height, width, channels, out_height, out_width, row_taps, column_taps;
  const int32_t *row_start, *column_start;
  const float *row_floats, *column_floats;       // [out_height, row_taps], [out_width, column_taps]: for a result of floats
  // For a result of bytes: pairs of 14 bits after the point, [out_height, row_taps / 2 rounded up, 2] and
  // [column_taps / 2 rounded up, out_width, 2]. Those beyond the end of the image are 0.
  const int16_t *row_weights, *column_weights;
  void *scratch;                    // 4 (width channels + LOAM_RESIZE_SLACK) bytes
} LoamResize;
enum { LOAM_RESIZE_SLACK = 32 };

// ---- Filters of whole images [height, width, channels]. Pixels are floats, or bytes (`type` is LOAM_F32 or LOAM_U8) that are
// rounded and clamped. `scratch` has the size that the kernel's `_scratch` function returns. Beyond its edges an image is
// mirrored at the centres of its edge pixels.

// A symmetric filter of rows, then of columns: weights of the centre, of distance 1 and so on up to the reach.
typedef struct {
  uint8_t type;
  uint8_t sharpens;                 // the result is the input plus `amount` times what the filter takes away, from black to white
  int64_t height, width, channels;
  const void *input;
  void *output;
  int64_t row_reach, column_reach;  // less than the width and the height
  const float *row_weights, *column_weights;
  float amount;
} LoamBlur;

// The mean of the pixels at most `radius` rows and columns away; the radius is less than the width and the height.
typedef struct {
  uint8_t type;
  int64_t height, width, channels, radius;
  const void *input;
  void *output;
} LoamBox;

// The weighted sum of `count` pixels, each at a row and a column from the centre, at most `reach` away.
typedef struct {
  uint8_t type;
  int64_t height, width, channels, count, reach;
  const void *input;
  void *output;
  const int32_t *rows, *columns;
  const float *weights;
} LoamTaps;

// The median of the square of `size` (3 or 5) around each pixel; beyond the edges is the nearest pixel.
typedef struct {
  uint8_t type, streams;            // whether rows of the output are written past the caches
  int64_t height, width, channels, size;
  float threshold;                  // for bytes in levels; a pixel that differs by less, or as much, stays as it is; below 0: none
  const void *input;
  void *output;
} LoamMedian;

// Levels: a float x has the level round(255 x), between 0 and 255; NaN has level 0. `changed` is the number of channels that are
// counted or looked up; others are copied.
typedef struct {
  uint8_t type;
  int64_t count, channels, changed;
  const void *input;
  void *output;
  uint32_t *histogram;              // [changed, 256], added to
  const uint8_t *table;             // [changed, 256]
} LoamLevels;

// Contrast-limited adaptive histogram equalisation of the brightness (one or three channels, of which the rest are copied): a
// table for each of rows x columns tiles, interpolated between their centres.
typedef struct {
  uint8_t type;
  int64_t height, width, channels, rows, columns, tile_height, tile_width, limit;
  const void *input;
  void *output;
} LoamEqualization;

// Non-local means: each pixel is the mean of those in the square of `search` around it, weighted by exp(-max(d - 2 noise^2, 0) /
// strength^2) where d is the mean squared difference of the squares of `patch` around both. `changed` channels; the rest are copied.
typedef struct {
  uint8_t type;
  int64_t height, width, channels, changed, search, patch;  // radii
  float noise, strength;
  const void *input;
  void *output;
} LoamPatches;

// Missing pixels, where `missing` is not 0, become a smooth continuation of the others: the solution of Laplace's equation.
typedef struct {
  int64_t height, width, channels, changed;
  const float *input;
  float *output;
  const uint8_t *missing;           // [height, width, changed]
} LoamMissing;

enum { LOAM_PEAK_OPERATIONS = 2 * 12 * 16 };

typedef struct {
  const char *name;
  // Kernels compute units [begin, end) of the output; the unit depends on the kernel.
  void (*elementwise)(const LoamElementwise *, int64_t begin, int64_t end);
  // `reduce` writes the chunks of each outer block, `reduce_chunks` in number, to `partial`, and `reduce_fold` combines
  // them; a single chunk is written to the output. For argmax and argmin the units are results.
  void (*reduce)(const LoamReduction *, int64_t begin, int64_t end);
  void (*reduce_fold)(const LoamReduction *, int64_t begin, int64_t end);
  int64_t (*reduce_chunks)(const LoamReduction *);
  // Units are panels, row tiles or results, depending on the shape. `scratch` is private to the thread.
  void (*matmul)(const LoamMatMul *, int64_t begin, int64_t end, void *scratch);
  int64_t (*matmul_units)(const LoamMatMul *);
  int64_t (*matmul_scratch)(const LoamMatMul *);
  // Units are images, or tiles of kernel taps.
  void (*convolution)(const LoamConvolution *, int64_t begin, int64_t end, void *scratch);
  int64_t (*convolution_units)(const LoamConvolution *);
  int64_t (*convolution_scratch)(const LoamConvolution *);
  int64_t (*convolution_block)(const LoamConvolution *);
  // Units are images.
  void (*pooling)(const LoamPooling *, int64_t begin, int64_t end);
  void (*random)(const LoamRandom *, int64_t begin, int64_t end);
  void (*adam)(const LoamUpdate *, int64_t begin, int64_t end);
  void (*descent)(const LoamUpdate *, int64_t begin, int64_t end);
  void (*rms)(const LoamUpdate *, int64_t begin, int64_t end);
  // `rounds` times LOAM_PEAK_OPERATIONS independent operations, to measure peak performance.
  float (*peak)(int64_t rounds);
  double (*square_sum)(const float *, int64_t count);
  void (*warp)(const LoamWarp *);
  void (*resize)(const LoamResize *);
  int64_t (*blur_scratch)(const LoamBlur *);
  void (*blur)(const LoamBlur *, void *scratch);
  int64_t (*box_scratch)(const LoamBox *);
  void (*box)(const LoamBox *, void *scratch);
  int64_t (*taps_scratch)(const LoamTaps *);
  void (*taps)(const LoamTaps *, void *scratch);
  int64_t (*median_scratch)(const LoamMedian *);
  void (*median)(const LoamMedian *, void *scratch);
  void (*histogram)(const LoamLevels *);
  void (*look_up)(const LoamLevels *);
  int64_t (*equalization_scratch)(const LoamEqualization *);
  void (*equalization)(const LoamEqualization *, void *scratch);
  int64_t (*patches_scratch)(const LoamPatches *);
  void (*patches)(const LoamPatches *, void *scratch);
  int64_t (*missing_scratch)(const LoamMissing *);
  void (*missing)(const LoamMissing *, void *scratch);
} LoamKernels;

// The best table for this machine.
const LoamKernels *loam_kernels(void);
// The table of that name, or null if this machine or build does not support it; "reference" is always there.
const LoamKernels *loam_kernels_named(const char *name);

void loam_move(const LoamMove *, int64_t begin, int64_t end);
void loam_philox(uint32_t counter0, uint32_t counter1, uint32_t counter2, uint32_t counter3,
                 uint32_t key0, uint32_t key1, uint32_t out[4]);
// Gathers rows of `input` by index, and its adjoint, which adds rows with equal indices. Negative indices count from the
// end. An index out of range gathers a row of NaN, or of zeros for integers, and is ignored by scatter_add.
void loam_gather(uint8_t type, const void *input, const int32_t *positions, int64_t count,
                 int64_t rows, int64_t row, void *output);
void loam_scatter_add(uint8_t type, const void *input, const int32_t *positions, int64_t count,
                      int64_t rows, int64_t row, void *output);
// Adds windows [n, oh, ow, kh, kw, c] into images [n, h, w, c] (col2im): f32 or f64.
typedef struct {
  uint8_t type;
  int64_t h, w, c, oh, ow, kh, kw, stride_h, stride_w;
  const void *windows;
  void *images;
} LoamFold;
void loam_fold(const LoamFold *, int64_t begin, int64_t end);
// Cumulative sum along the middle dimension of [outer, count, inner].
void loam_cumulative_sum(uint8_t type, const void *input, int64_t outer, int64_t count,
                         int64_t inner, void *output);

// ---- Threads: a work-stealing pool. Results do not depend on which thread computes a piece.

typedef struct LoamPool LoamPool;
// Computes one piece of a task on thread `thread`; 0 is the caller. `pieces` is the requested number, or 1 if no other
// thread is available.
typedef void (*LoamTask)(const void *context, int piece, int pieces, int thread);
LoamPool *loam_pool_create(int threads);
// Returns when all pieces are finished. `pieces` is at most 65,535.
void loam_pool_run(LoamPool *, LoamTask, const void *context, int pieces);
void loam_pool_destroy(LoamPool *);
// Number of processors available to this process.
int loam_processors(void);

// ---- References: a plain implementation of each family, in double where possible. They compute the same units as the
// kernels; `loam_kernels_named("reference")` is the table of them, which has no fused programs.

void loam_reference_matmul(const LoamMatMul *);
void loam_reference_convolution(const LoamConvolution *);
void loam_reference_pooling(const LoamPooling *);
void loam_reference_reduce(const LoamReduction *);
void loam_reference_elementwise(const LoamElementwise *);
void loam_reference_random(const LoamRandom *);
void loam_reference_adam(const LoamUpdate *);
void loam_reference_descent(const LoamUpdate *);
void loam_reference_rms(const LoamUpdate *);
void loam_reference_blur(const LoamBlur *, void *);
void loam_reference_box(const LoamBox *, void *);
void loam_reference_taps(const LoamTaps *, void *);
void loam_reference_median(const LoamMedian *, void *);
void loam_reference_histogram(const LoamLevels *);
void loam_reference_look_up(const LoamLevels *);
void loam_reference_equalization(const LoamEqualization *, void *);
void loam_reference_patches(const LoamPatches *, void *);
void loam_reference_missing(const LoamMissing *, void *);
int64_t loam_reference_missing_scratch(const LoamMissing *);
