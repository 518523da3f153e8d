// A plain implementation of each family, in double where possible: the oracle of the tests.
#include <math.h>
#include <stdlib.h>
#include "include/CKernels.h"

static double get(const void *data, int type, int64_t i) {
  switch (type) {
    case LOAM_F32: return ((const float *)data)[i];
    case LOAM_F64: return ((const double *)data)[i];
    case LOAM_I32: return ((const int32_t *)data)[i];
    default: return ((const uint8_t *)data)[i];
  }
}

static void set(void *data, int type, int64_t i, double x) {
  switch (type) {
    case LOAM_F32: ((float *)data)[i] = (float)x; break;
    case LOAM_F64: ((double *)data)[i] = x; break;
    case LOAM_I32: ((int32_t *)data)[i] = (int32_t)x; break;
    case LOAM_BOOL: ((uint8_t *)data)[i] = x != 0; break;
    default: ((uint8_t *)data)[i] = (uint8_t)x;
  }
}

void loam_reference_matmul(const LoamMatMul *p) {
  for (int64_t z = 0; z < p->batch; z++)
    for (int64_t i = 0; i < p->m; i++)
      for (int64_t j = 0; j < p->n; j++) {
        double sum = 0;
        for (int64_t k = 0; k < p->k; k++)
          sum += get(p->a, p->type, z * p->stride_a + (p->transpose_a ? k * p->m + i : i * p->k + k)) *
                 get(p->b, p->type, z * p->stride_b + (p->transpose_b ? j * p->k + k : k * p->n + j));
        set(p->c, p->type, (z * p->m + i) * p->n + j, sum);
      }
}

void loam_reference_reduce(const LoamReduction *r) {
  for (int64_t o = 0; o < r->outer; o++)
    for (int64_t j = 0; j < r->inner; j++) {
      double total = r->kind == LOAM_PRODUCT ? 1 : r->kind == LOAM_MAX ? -INFINITY : r->kind == LOAM_MIN ? INFINITY : 0;
      int64_t best = 0;
      for (int64_t i = 0; i < r->count; i++) {
        double x = get(r->input, r->type, (o * r->count + i) * r->inner + j);
        double b = get(r->input, r->type, (o * r->count + best) * r->inner + j);
        switch (r->kind) {
          case LOAM_SUM: total += x; break;
          case LOAM_PRODUCT: total *= x; break;
          case LOAM_MAX: total = total > x || total != total ? total : x; break;
          case LOAM_MIN: total = total < x || total != total ? total : x; break;
          case LOAM_ARGMAX: if (b == b && (x != x || x > b)) best = i; break;
          default: if (b == b && (x != x || x < b)) best = i;
        }
      }
      if (r->kind >= LOAM_ARGMAX) ((int32_t *)r->output)[o * r->inner + j] = (int32_t)best;
      else set(r->output, r->type, o * r->inner + j, total);
    }
}

static double apply(const LoamInstruction *in, double x, double y, double z) {
  switch (in->op) {
    case LOAM_OP_COPY: return x;
    case LOAM_OP_CONSTANT: return in->value;
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

void loam_reference_elementwise(const LoamElementwise *e) {
  int64_t count = 1;
  for (int d = 0; d < e->rank; d++) count *= e->dims[d];
  for (int64_t i = 0; i < count; i++) {
    double reg[LOAM_MAX_REGISTERS] = {0};
    for (int k = 0; k < e->input_count; k++) {
      const LoamOperand *o = &e->inputs[k];
      int64_t at = o->layout == 0 ? i : 0, rest = i;
      if (o->layout == 2)
        for (int d = e->rank - 1; d >= 0; d--) { at += rest % e->dims[d] * o->strides[d]; rest /= e->dims[d]; }
      reg[k] = get(o->data, o->type, at);
    }
    for (int k = 0; k < e->code_count; k++) {
      const LoamInstruction *in = &e->code[k];
      reg[in->d] = apply(in, reg[in->a], reg[in->b], reg[in->c]);
    }
    set(e->output, e->output_type, i, reg[e->result]);
  }
}

void loam_reference_adam(const LoamUpdate *o) {
  for (int64_t i = 0; i < o->count; i++) {
    double g = (double)o->gradients[i] * o->scale, p = o->parameters[i] * (1 - (double)o->rate * o->decay);
    double m = (double)o->beta1 * o->first[i] + (1 - (double)o->beta1) * g;
    double v = (double)o->beta2 * o->second[i] + (1 - (double)o->beta2) * g * g;
    o->first[i] = (float)m;
    o->second[i] = (float)v;
    o->parameters[i] = (float)(p - o->rate * (m / o->correction1) / (sqrt(v / o->correction2) + o->epsilon));
  }
}

void loam_reference_descent(const LoamUpdate *o) {
  for (int64_t i = 0; i < o->count; i++) {
    double g = (double)o->gradients[i] * o->scale + (double)o->decay * o->parameters[i];
    if (o->beta1 != 0) g = o->first[i] = (float)((double)o->beta1 * o->first[i] + g);
    o->parameters[i] = (float)(o->parameters[i] - o->rate * g);
  }
}

void loam_reference_rms(const LoamUpdate *o) {
  for (int64_t i = 0; i < o->count; i++) {
    double g = (double)o->gradients[i] * o->scale;
    double v = (double)o->beta2 * o->second[i] + (1 - (double)o->beta2) * g * g, change = g / (sqrt(v) + o->epsilon);
    o->second[i] = (float)v;
    if (o->beta1 != 0) change = o->first[i] = (float)((double)o->beta1 * o->first[i] + change);
    o->parameters[i] = (float)(o->parameters[i] - o->rate * change);
  }
}

// Iterates over every pair of an output pixel and a tap.
void loam_reference_convolution(const LoamConvolution *p) {
  int64_t sizes[] = {p->n * p->oh * p->ow * p->oc, p->n * p->h * p->w * p->c, p->kh * p->kw * p->c * p->oc};
  double *sums = calloc((size_t)(sizes[p->kind] + 1), sizeof(double));
  if (!sums) abort();
  for (int64_t i = 0; i < p->n; i++)
    for (int64_t oy = 0; oy < p->oh; oy++)
      for (int64_t ox = 0; ox < p->ow; ox++)
        for (int64_t ky = 0; ky < p->kh; ky++)
          for (int64_t kx = 0; kx < p->kw; kx++) {
            int64_t y = oy * p->stride_h + ky - p->top, x = ox * p->stride_w + kx - p->left;
            if (y < 0 || y >= p->h || x < 0 || x >= p->w) continue;
            for (int64_t c = 0; c < p->c; c++)
              for (int64_t o = 0; o < p->oc; o++) {
                int64_t at_x = ((i * p->h + y) * p->w + x) * p->c + c, at_y = ((i * p->oh + oy) * p->ow + ox) * p->oc + o;
                int64_t at_w = ((ky * p->kw + kx) * p->c + c) * p->oc + o;
                switch (p->kind) {
                  case LOAM_CONVOLUTION_FORWARD: sums[at_y] += get(p->a, p->type, at_x) * get(p->b, p->type, at_w); break;
                  case LOAM_CONVOLUTION_INPUT: sums[at_x] += get(p->a, p->type, at_y) * get(p->b, p->type, at_w); break;
                  default: sums[at_w] += get(p->a, p->type, at_x) * get(p->b, p->type, at_y);
                }
              }
          }
  for (int64_t i = 0; i < sizes[p->kind]; i++) set(p->y, p->type, i, sums[i]);
  free(sums);
}
