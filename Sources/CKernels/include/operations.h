// The elementwise operations `d = op(x, y, z)`: their codes, and what each is of doubles, which is the reference. The fast
// kernels of an operation are in families/elementwise.h.
#pragma once
#include <math.h>

enum {
  LOAM_OP_COPY, LOAM_OP_CONSTANT,
  LOAM_OP_ADD, LOAM_OP_SUBTRACT, LOAM_OP_MULTIPLY, LOAM_OP_DIVIDE, LOAM_OP_FLOOR_DIVIDE,
  LOAM_OP_REMAINDER, LOAM_OP_POWER, LOAM_OP_MINIMUM, LOAM_OP_MAXIMUM, LOAM_OP_ARC_TANGENT_2,
  LOAM_OP_EQUAL, LOAM_OP_NOT_EQUAL, LOAM_OP_LESS, LOAM_OP_LESS_EQUAL,
  LOAM_OP_AND, LOAM_OP_OR, LOAM_OP_SELECT,
  LOAM_OP_NEGATE, LOAM_OP_ABSOLUTE, LOAM_OP_SIGN, LOAM_OP_NOT, LOAM_OP_SQUARE, LOAM_OP_SQUARE_ROOT,
  LOAM_OP_RECIPROCAL, LOAM_OP_EXP, LOAM_OP_LOG, LOAM_OP_LOG1P, LOAM_OP_TANH, LOAM_OP_SIGMOID,
  LOAM_OP_SOFTPLUS, LOAM_OP_RELU, LOAM_OP_SIN, LOAM_OP_COS, LOAM_OP_FLOOR, LOAM_OP_CEIL,
  LOAM_OP_ROUND, LOAM_OP_IS_FINITE, LOAM_OP_ERF,
  // Zero if a factor, or the dividend, is zero, whatever the other operand: for gradients.
  LOAM_OP_MASKED_MULTIPLY, LOAM_OP_MASKED_DIVIDE,
};

static inline double loam_operation(int op, double constant, double x, double y, double z) {
  switch (op) {
    case LOAM_OP_COPY: return x;
    case LOAM_OP_CONSTANT: return constant;
    case LOAM_OP_ADD: return x + y;
    case LOAM_OP_SUBTRACT: return x - y;
    case LOAM_OP_MULTIPLY: return x * y;
    case LOAM_OP_DIVIDE: return x / y;
    case LOAM_OP_FLOOR_DIVIDE: return floor(x / y);
    case LOAM_OP_REMAINDER: { double m = fmod(x, y); return m != 0 && (m < 0) != (y < 0) ? m + y : m; }
    case LOAM_OP_POWER: return pow(x, y);
    case LOAM_OP_MINIMUM: return x < y || x != x ? x : y;
    case LOAM_OP_MAXIMUM: return x > y || x != x ? x : y;
    case LOAM_OP_ARC_TANGENT_2: return atan2(x, y);
    case LOAM_OP_EQUAL: return x == y;
    case LOAM_OP_NOT_EQUAL: return x != y;
    case LOAM_OP_LESS: return x < y;
    case LOAM_OP_LESS_EQUAL: return x <= y;
    case LOAM_OP_AND: return x != 0 && y != 0;
    case LOAM_OP_OR: return x != 0 || y != 0;
    case LOAM_OP_SELECT: return x != 0 ? y : z;
    case LOAM_OP_NEGATE: return -x;
    case LOAM_OP_ABSOLUTE: return fabs(x);
    case LOAM_OP_SIGN: return x != x ? x : (x > 0) - (x < 0);
    case LOAM_OP_NOT: return x == 0;
    case LOAM_OP_SQUARE: return x * x;
    case LOAM_OP_MASKED_MULTIPLY: return x == 0 || y == 0 ? 0 : x * y;
    case LOAM_OP_MASKED_DIVIDE: return x == 0 ? 0 : x / y;
    case LOAM_OP_ERF: return erf(x);
    case LOAM_OP_SQUARE_ROOT: return sqrt(x);
    case LOAM_OP_RECIPROCAL: return 1 / x;
    case LOAM_OP_EXP: return exp(x);
    case LOAM_OP_LOG: return log(x);
    case LOAM_OP_LOG1P: return log1p(x);
    case LOAM_OP_TANH: return tanh(x);
    case LOAM_OP_SIGMOID: return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
    case LOAM_OP_SOFTPLUS: return x != x ? x : (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
    case LOAM_OP_RELU: return x <= 0 ? 0 : x;
    case LOAM_OP_SIN: return sin(x);
    case LOAM_OP_COS: return cos(x);
    case LOAM_OP_FLOOR: return floor(x);
    case LOAM_OP_CEIL: return ceil(x);
    case LOAM_OP_ROUND: return nearbyint(x);
    default: return x - x == 0;
  }
}
