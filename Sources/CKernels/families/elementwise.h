// Elementwise programs: operands are read in blocks of 512 elements into virtual registers of one block each, the
// instructions run block by block in the L1 cache, and only results that other kernels read are written to memory.
// TYPE, VECTOR, MASK and NAME() are defined by the including file.

enum { NAME(block) = 512, NAME(lanes) = 64 / sizeof(TYPE) };

INLINE VECTOR NAME(pick)(MASK mask, VECTOR yes, VECTOR no) {
  return (VECTOR)(((MASK)yes & mask) | ((MASK)no & ~mask));
}
INLINE VECTOR NAME(truth)(MASK mask) { return NAME(pick)(mask, (VECTOR){} + (TYPE)1, (VECTOR){}); }

static void NAME(convert_in)(const void *data, uint8_t type, int64_t at, int64_t step, int64_t n, TYPE *to) {
  switch (type) {
#define CASE(tag, T) case tag: { const T *p = (const T *)data + at; for (int64_t i = 0; i < n; i++) to[i] = (TYPE)p[i * step]; break; }
    CASE(LOAM_F32, float) CASE(LOAM_F64, double) CASE(LOAM_I32, int32_t) CASE(LOAM_U8, uint8_t)
    CASE(LOAM_BOOL, uint8_t)
#undef CASE
  }
}

// Float to integer: rounds towards zero and saturates; NaN becomes 0.
static int32_t NAME(to_i32)(double x) { return x != x ? 0 : x >= 2147483647.0 ? INT32_MAX : x <= -2147483648.0 ? INT32_MIN : (int32_t)x; }
static uint8_t NAME(to_u8)(double x) { return x != x ? 0 : x >= 255.0 ? 255 : x <= 0.0 ? 0 : (uint8_t)x; }

static void NAME(convert_out)(const TYPE *from, void *data, uint8_t type, int64_t at, int64_t n) {
  switch (type) {
    case LOAM_F32: { float *p = (float *)data + at; for (int64_t i = 0; i < n; i++) p[i] = (float)from[i]; break; }
    case LOAM_F64: { double *p = (double *)data + at; for (int64_t i = 0; i < n; i++) p[i] = (double)from[i]; break; }
    case LOAM_I32: { int32_t *p = (int32_t *)data + at; for (int64_t i = 0; i < n; i++) p[i] = NAME(to_i32)((double)from[i]); break; }
    case LOAM_U8: { uint8_t *p = (uint8_t *)data + at; for (int64_t i = 0; i < n; i++) p[i] = NAME(to_u8)((double)from[i]); break; }
    case LOAM_BOOL: { uint8_t *p = (uint8_t *)data + at; for (int64_t i = 0; i < n; i++) p[i] = from[i] != 0; break; }
  }
}

// Reads a block of a strided operand, in runs along the last dimension.
static void NAME(gather_block)(const LoamElementwise *e, const LoamOperand *o, int64_t begin, int64_t n, TYPE *to) {
  int64_t index[LOAM_MAX_RANK], rest = begin, at = 0;
  for (int d = e->rank - 1; d >= 0; d--) {
    index[d] = rest % e->dims[d];
    rest /= e->dims[d];
    at += index[d] * o->strides[d];
  }
  int last = e->rank - 1;
  while (n > 0) {
    int64_t run = e->dims[last] - index[last];
    if (run > n) run = n;
    NAME(convert_in)(o->data, o->type, at, o->strides[last], run, to);
    to += run;
    n -= run;
    at += run * o->strides[last];
    index[last] += run;
    for (int d = last; d > 0 && index[d] == e->dims[d]; d--) {
      at += o->strides[d - 1] - index[d] * o->strides[d];
      index[d] = 0;
      index[d - 1]++;
    }
  }
}

#define EACH(expression)                                                             \
  for (int64_t i = 0; i < n; i += NAME(lanes)) {                                     \
    VECTOR x = *(const VECTOR *)(a + i), y = *(const VECTOR *)(b + i);               \
    (void)x; (void)y;                                                                \
    *(VECTOR *)(d + i) = (expression);                                               \
  }                                                                                  \
  break;
#define EACH_SCALAR(expression)                                                      \
  for (int64_t i = 0; i < n; i++) { TYPE x = a[i], y = b[i]; (void)x; (void)y; d[i] = (TYPE)(expression); } \
  break;

static void NAME(operation)(const LoamInstruction *in, TYPE *d, const TYPE *a, const TYPE *b, const TYPE *c, int64_t n) {
  const VECTOR zero = {}, one = zero + (TYPE)1;
  (void)one;
  switch (in->op) {
    case LOAM_OP_COPY: EACH(x)
    case LOAM_OP_CONSTANT: { VECTOR v = zero + (TYPE)in->value; EACH(v) }
    case LOAM_OP_ADD: EACH(x + y)
    case LOAM_OP_SUBTRACT: EACH(x - y)
    case LOAM_OP_MULTIPLY: EACH(x * y)
    case LOAM_OP_MINIMUM: EACH(NAME(pick)((x < y) | (x != x), x, y))
    case LOAM_OP_MAXIMUM: EACH(NAME(pick)((x > y) | (x != x), x, y))
    case LOAM_OP_EQUAL: EACH(NAME(truth)(x == y))
    case LOAM_OP_NOT_EQUAL: EACH(NAME(truth)(x != y))
    case LOAM_OP_LESS: EACH(NAME(truth)(x < y))
    case LOAM_OP_LESS_EQUAL: EACH(NAME(truth)(x <= y))
    case LOAM_OP_AND: EACH(NAME(truth)((x != zero) & (y != zero)))
    case LOAM_OP_OR: EACH(NAME(truth)((x != zero) | (y != zero)))
    case LOAM_OP_NOT: EACH(NAME(truth)(x == zero))
    case LOAM_OP_SELECT: EACH(NAME(pick)(x != zero, y, *(const VECTOR *)(c + i)))
    case LOAM_OP_NEGATE: EACH(-x)
    case LOAM_OP_ABSOLUTE: EACH(__builtin_elementwise_abs(x))
    case LOAM_OP_SIGN: EACH(NAME(pick)(x != x, x, NAME(truth)(x > zero) - NAME(truth)(x < zero)))
    case LOAM_OP_SQUARE: EACH(x * x)
    case LOAM_OP_MASKED_MULTIPLY: EACH(NAME(pick)((x == zero) | (y == zero), zero, x * y))
    case LOAM_OP_RELU: EACH(NAME(pick)(x <= zero, zero, x))
#if LOAM_IS_FLOAT
    case LOAM_OP_DIVIDE: EACH(x / y)
    case LOAM_OP_RECIPROCAL: EACH(one / x)
    case LOAM_OP_SQUARE_ROOT: EACH(__builtin_elementwise_sqrt(x))
    case LOAM_OP_FLOOR: EACH(__builtin_elementwise_floor(x))
    case LOAM_OP_CEIL: EACH(__builtin_elementwise_ceil(x))
    case LOAM_OP_ROUND: EACH(__builtin_elementwise_roundeven(x))
    case LOAM_OP_FLOOR_DIVIDE: EACH(__builtin_elementwise_floor(x / y))
    case LOAM_OP_REMAINDER: EACH_SCALAR(NAME(remainder)(x, y))
    case LOAM_OP_POWER: EACH_SCALAR(NAME(power)(x, y))
    case LOAM_OP_SIN: EACH_SCALAR(NAME(sine)(x))
    case LOAM_OP_COS: EACH_SCALAR(NAME(cosine)(x))
    case LOAM_OP_ARC_TANGENT_2: EACH_SCALAR(atan2((double)x, (double)y))
    case LOAM_OP_EXP: EACH(NAME(exp)(x))
    case LOAM_OP_LOG: EACH(NAME(log)(x))
    case LOAM_OP_LOG1P: EACH(NAME(log1p)(x))
    case LOAM_OP_TANH: EACH(NAME(tanh)(x))
    case LOAM_OP_SIGMOID: EACH(NAME(sigmoid)(x))
    case LOAM_OP_SOFTPLUS: EACH(NAME(softplus)(x))
    case LOAM_OP_ERF: EACH(NAME(erf)(x))
    case LOAM_OP_MASKED_DIVIDE: EACH(NAME(pick)(x == zero, zero, x / y))
    case LOAM_OP_IS_FINITE: EACH(NAME(truth)(x - x == zero))
#else
    // Integers wrap; division by zero results in 0.
    case LOAM_OP_FLOOR_DIVIDE: EACH_SCALAR(y == 0 ? 0 : y == -1 ? (TYPE)(0 - (uint32_t)x) : x / y - (x % y != 0 && (x % y < 0) != (y < 0)))
    case LOAM_OP_REMAINDER: EACH_SCALAR(y == 0 || y == -1 ? 0 : x % y != 0 && (x % y < 0) != (y < 0) ? x % y + y : x % y)
    case LOAM_OP_POWER: EACH_SCALAR(NAME(power)(x, y))
    case LOAM_OP_IS_FINITE: EACH(NAME(truth)(x == x))
    default: EACH(x)
#endif
  }
}

// Virtual registers: each points to its own block, or directly to an operand or result in memory.
typedef struct {
  TYPE store[LOAM_MAX_REGISTERS][NAME(block)] __attribute__((aligned(64)));
  const TYPE *reg[LOAM_MAX_REGISTERS];
} NAME(Registers);

// Fills the registers of scalar operands once.
static void NAME(load_constants)(const LoamElementwise *e, NAME(Registers) *r) {
  for (int i = 0; i < LOAM_MAX_REGISTERS; i++) r->reg[i] = r->store[i];
  for (int i = 0; i < e->input_count; i++)
    if (e->inputs[i].layout == 1) NAME(convert_in)(e->inputs[i].data, e->inputs[i].type, 0, 0, NAME(block), r->store[i]);
}

// Computes elements [at, at + n), at most a block, and returns the address of the result: `direct`, if that is set and the
// block is full. Materialised intermediates are written in place if the types match.
static const TYPE *NAME(run_block)(const LoamElementwise *e, NAME(Registers) *r, int64_t at, int64_t n, TYPE *direct) {
  int whole = n == NAME(block);
  for (int i = 0; i < e->input_count; i++) {
    const LoamOperand *o = &e->inputs[i];
    if (o->layout == 1) continue;
    r->reg[i] = r->store[i];
    if (o->layout == 2) NAME(gather_block)(e, o, at, n, r->store[i]);
    else if (o->type == e->compute && whole) r->reg[i] = (const TYPE *)o->data + at;
    else NAME(convert_in)(o->data, o->type, at, 1, n, r->store[i]);
  }
  for (int k = 0; k < e->code_count; k++) {
    const LoamInstruction *in = &e->code[k];
    const LoamKept *kept = in->keep ? &e->kept[in->keep - 1] : 0;
    TYPE *d = r->store[in->d];
    if (whole && kept && kept->type == e->compute) d = (TYPE *)kept->data + at;
    else if (whole && direct && k == e->code_count - 1 && in->d == e->result) d = direct;
    NAME(operation)(in, d, r->reg[in->a], r->reg[in->b], r->reg[in->c], n);
    if (kept && d == r->store[in->d]) NAME(convert_out)(d, kept->data, kept->type, at, n);
    r->reg[in->d] = d;
  }
  return r->reg[e->result];
}

static void NAME(elementwise)(const LoamElementwise *e, int64_t begin, int64_t end) {
  NAME(Registers) r;
  NAME(load_constants)(e, &r);
  int same = e->output_type == e->compute;
  for (int64_t at = begin; at < end; at += NAME(block)) {
    int64_t n = end - at < NAME(block) ? end - at : NAME(block);
    TYPE *direct = same ? (TYPE *)e->output + at : 0;
    const TYPE *result = NAME(run_block)(e, &r, at, n, direct);
    if (!same || result != direct) NAME(convert_out)(result, e->output, e->output_type, at, n);
  }
}

#undef EACH
#undef EACH_SCALAR
