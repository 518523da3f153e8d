// The float loops of Loam, in C. Each family of kernels is one readable source under families/,
// built once for each instruction set; `loam_kernels()` gives the table for this machine.
// A plain reference of each family stands in reference.c as the tests' oracle.
#pragma once
#include <stdint.h>

// Element types, in the order of Swift's DType.
enum { LOAM_F32, LOAM_F64, LOAM_I32, LOAM_U8, LOAM_BOOL };

// ---- Elementwise programs: a chain of operations run block by block in the first-level cache.

enum {
  LOAM_MAX_RANK = 8, LOAM_MAX_INPUTS = 12, LOAM_MAX_CODE = 40, LOAM_MAX_REGISTERS = 16, LOAM_MAX_KEPT = 6,
};

enum {  // Operations: `d = op(a, b, c)`.
  LOAM_OP_COPY, LOAM_OP_CONSTANT,
  LOAM_OP_ADD, LOAM_OP_SUBTRACT, LOAM_OP_MULTIPLY, LOAM_OP_DIVIDE, LOAM_OP_FLOOR_DIVIDE,
  LOAM_OP_REMAINDER, LOAM_OP_POWER, LOAM_OP_MINIMUM, LOAM_OP_MAXIMUM, LOAM_OP_ARC_TANGENT_2,
  LOAM_OP_EQUAL, LOAM_OP_NOT_EQUAL, LOAM_OP_LESS, LOAM_OP_LESS_EQUAL,
  LOAM_OP_AND, LOAM_OP_OR, LOAM_OP_SELECT,
  LOAM_OP_NEGATE, LOAM_OP_ABSOLUTE, LOAM_OP_SIGN, LOAM_OP_NOT, LOAM_OP_SQUARE, LOAM_OP_SQUARE_ROOT,
  LOAM_OP_RECIPROCAL, LOAM_OP_EXP, LOAM_OP_LOG, LOAM_OP_LOG1P, LOAM_OP_TANH, LOAM_OP_SIGMOID,
  LOAM_OP_SOFTPLUS, LOAM_OP_RELU, LOAM_OP_SIN, LOAM_OP_COS, LOAM_OP_FLOOR, LOAM_OP_CEIL,
  LOAM_OP_ROUND, LOAM_OP_IS_FINITE, LOAM_OP_ERF,
  // Zero where a factor, or the dividend, is zero, whatever the other operand: for gradients.
  LOAM_OP_MASKED_MULTIPLY, LOAM_OP_MASKED_DIVIDE,
};

typedef struct {
  const void *data;
  uint8_t type;
  uint8_t layout;                   // 0: as the output; 1: one element; 2: by strides
  int64_t strides[LOAM_MAX_RANK];   // in elements, for each output dimension; 0 repeats
} LoamOperand;

typedef struct {
  uint8_t op, d, a, b, c;           // registers; the inputs come first
  uint8_t keep;                     // from 1: which of `kept` the result is; 0: none
  double value;                     // of LOAM_OP_CONSTANT
} LoamInstruction;

// A result on the way that others read too.
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
  uint8_t has_program;              // the input is what `program` makes, which computes in this type
  int64_t outer, count, inner;
  const void *input;
  void *output;                     // argmax and argmin give i32
  void *partial;                    // room for the chunks' results
  LoamElementwise program;
} LoamReduction;

// ---- Matrix products C[m, n] = op(A) op(B), one after the other over a batch.

typedef struct {
  uint8_t type, transpose_a, transpose_b;
  int64_t batch, m, n, k;
  int64_t stride_a, stride_b;       // elements from one matrix of the batch to the next; 0 repeats
  const void *a, *b;
  void *c;
} LoamMatMul;

// ---- Convolutions of images [n, h, w, c] by kernels [kh, kw, c, oc] to [n, oh, ow, oc].

enum { LOAM_CONVOLUTION_FORWARD, LOAM_CONVOLUTION_INPUT, LOAM_CONVOLUTION_WEIGHT };

typedef struct {
  uint8_t type, kind;
  int64_t n, h, w, c, oh, ow, oc, kh, kw, stride_h, stride_w;
  int64_t top, left;                // zeros above and left of the image
  const void *a, *b;                // forward: image, kernel; input: output, kernel; weight: image, output
  void *y;
} LoamConvolution;

// ---- Moving elements: out[i0, i1, ...] = in[offset + i0*s0 + i1*s1 + ...], or the reverse.

typedef struct {
  uint8_t element_size, scatter;    // scatter: out[offset + ...] = in[i...]
  int32_t rank;
  int64_t offset, dims[LOAM_MAX_RANK], strides[LOAM_MAX_RANK];
  const void *input;
  void *output;
} LoamMove;

// ---- Counted randomness: Philox4x32-10 (Salmon et al., SC 2011).

enum { LOAM_UNIFORM, LOAM_NORMAL };

typedef struct {
  uint8_t type, kind;
  uint32_t place;                   // which draw of the stream this is
  const uint32_t *key;              // key low, key high, step
  int64_t count;
  void *output;
} LoamRandom;

// ---- Optimisers, each one streaming pass over flat buffers.

typedef struct {
  int64_t count;
  float *parameters;
  const float *gradients;
  float *first, *second;            // moments; descent keeps its velocity in the first
  float rate, scale;                // the gradient counts `scale` times
  float beta1, beta2, epsilon, decay;  // descent and rms: beta1 is the momentum
  float correction1, correction2;   // Adam: 1 - beta^t
} LoamUpdate;

// ---- Images: sampling [height, width, channels] through an affine map.

typedef struct {
  const float *input;
  float *output;
  int64_t height, width, channels, out_height, out_width;
  // Source row = m[0]*row + m[1]*column + m[2], source column = m[3]*row + m[4]*column + m[5],
  // between pixel centres.
  double map[6];
  uint8_t exact;                    // whole pixels only: copy
  uint8_t clamp;                    // repeat the edge instead of blending into `fill`
  float fill;
} LoamWarp;

// A separable filter: each output position takes `taps` inputs from `start` with `weights`.
typedef struct {
  const float *input;
  float *output;
  int64_t outer, in_count, out_count, inner, taps;
  const int32_t *start;
  const float *weights;
} LoamFilter;

enum { LOAM_PEAK_OPERATIONS = 2 * 12 * 16 };

typedef struct {
  const char *name;
  // Each works on a part of its output, from `begin` up to `end`: elements, outputs, units.
  void (*elementwise)(const LoamElementwise *, int64_t begin, int64_t end);
  // Chunks to `partial`, as many as `reduce_chunks` for each outer block, then outer blocks from there; one
  // chunk goes to the output. Of argmax and argmin the units are results.
  void (*reduce)(const LoamReduction *, int64_t begin, int64_t end);
  void (*reduce_fold)(const LoamReduction *, int64_t begin, int64_t end);
  int64_t (*reduce_chunks)(const LoamReduction *);
  // A product's units are panels or tiles, by its shape; `scratch` is room of its own for each thread.
  void (*matmul)(const LoamMatMul *, int64_t begin, int64_t end, void *scratch);
  int64_t (*matmul_units)(const LoamMatMul *);
  int64_t (*matmul_scratch)(const LoamMatMul *);
  // Units: images, or tiles of the kernel's taps.
  void (*convolution)(const LoamConvolution *, int64_t begin, int64_t end, void *scratch);
  int64_t (*convolution_units)(const LoamConvolution *);
  int64_t (*convolution_scratch)(const LoamConvolution *);
  int64_t (*convolution_block)(const LoamConvolution *);
  void (*random)(const LoamRandom *, int64_t begin, int64_t end);
  void (*adam)(const LoamUpdate *, int64_t begin, int64_t end);
  void (*descent)(const LoamUpdate *, int64_t begin, int64_t end);
  void (*rms)(const LoamUpdate *, int64_t begin, int64_t end);
  // `rounds` times LOAM_PEAK_OPERATIONS with nothing to wait for: the machine's limit.
  float (*peak)(int64_t rounds);
  double (*square_sum)(const float *, int64_t count);
  void (*warp)(const LoamWarp *);
  void (*filter)(const LoamFilter *);
} LoamKernels;

// The best table for this machine, or the one that LOAM_ISA names (avx512, avx2, baseline, neon).
const LoamKernels *loam_kernels(void);
// The table of that name, or null where this machine or build lacks it.
const LoamKernels *loam_kernels_named(const char *name);

void loam_move(const LoamMove *, int64_t begin, int64_t end);
void loam_philox(uint32_t counter0, uint32_t counter1, uint32_t counter2, uint32_t counter3,
                 uint32_t key0, uint32_t key1, uint32_t out[4]);
// Rows of `input` by position, and the reverse: rows added up where positions repeat.
// Positions below zero count from the end. One out of range gives a row of NaN, or of zeros among whole numbers, and takes no part in sums.
void loam_gather(uint8_t type, const void *input, const int32_t *positions, int64_t count,
                 int64_t rows, int64_t row, void *output);
void loam_scatter_add(uint8_t type, const void *input, const int32_t *positions, int64_t count,
                      int64_t rows, int64_t row, void *output);
// What stands in windows [n, oh, ow, kh, kw, c] added up at its places in images [n, h, w, c]: f32 or f64.
typedef struct {
  uint8_t type;
  int64_t h, w, c, oh, ow, kh, kw, stride_h, stride_w;
  const void *windows;
  void *images;
} LoamFold;
void loam_fold(const LoamFold *, int64_t begin, int64_t end);
// Running sums along the middle of [outer, count, inner].
void loam_cumulative_sum(uint8_t type, const void *input, int64_t outer, int64_t count,
                         int64_t inner, void *output);

// ---- Threads: a pool whose threads share the pieces of one task. No result depends on who computes a piece.

typedef struct LoamPool LoamPool;
// Computes one of the pieces that a task is cut into, on a thread counted from 0, which is the caller's. The number of
// pieces is the one asked for, or 1 where no other thread is free.
typedef void (*LoamTask)(const void *context, int piece, int pieces, int thread);
LoamPool *loam_pool_create(int threads);
// Returns when all pieces are finished. At most 65,535 pieces.
void loam_pool_run(LoamPool *, LoamTask, const void *context, int pieces);
void loam_pool_destroy(LoamPool *);
// The processors that this process may use.
int loam_processors(void);

// ---- The interrupt flag: process-wide, since a signal handler can know nothing else.

int32_t *loam_interrupt_flag(void);
// From now on SIGINT counts up the flag; a third one ends the process.
void loam_interrupt_install(void);

// ---- References: the plainest possible form of each family, for tests.

void loam_reference_matmul(const LoamMatMul *);
void loam_reference_convolution(const LoamConvolution *);
void loam_reference_reduce(const LoamReduction *);
void loam_reference_elementwise(const LoamElementwise *);
void loam_reference_adam(const LoamUpdate *);
void loam_reference_descent(const LoamUpdate *);
void loam_reference_rms(const LoamUpdate *);
