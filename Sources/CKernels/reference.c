// A plain implementation of each family, in double where possible: the oracle of the tests.
#include <math.h>
#include <stdlib.h>
#include "include/CKernels.h"
#include "families/philox.h"

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
    // Towards zero, saturating; NaN becomes 0.
    case LOAM_I32: ((int32_t *)data)[i] = x != x ? 0 : x >= INT32_MAX ? INT32_MAX : x <= INT32_MIN ? INT32_MIN : (int32_t)x; break;
    case LOAM_BOOL: ((uint8_t *)data)[i] = x != 0; break;
    default: ((uint8_t *)data)[i] = x != x || x <= 0 ? 0 : x >= 255 ? 255 : (uint8_t)x;
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
      uint32_t exact = r->kind == LOAM_PRODUCT;
      for (int64_t i = 0; i < r->count; i++) {
        double x = get(r->input, r->type, (o * r->count + i) * r->inner + j);
        double b = get(r->input, r->type, (o * r->count + best) * r->inner + j);
        if (r->type == LOAM_I32) exact = r->kind == LOAM_PRODUCT ? exact * (uint32_t)(int32_t)x : exact + (uint32_t)(int32_t)x;
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
      // Sums and products of integers wrap.
      else if (r->type == LOAM_I32 && r->kind != LOAM_MAX && r->kind != LOAM_MIN) set(r->output, r->type, o * r->inner + j, (int32_t)exact);
      else set(r->output, r->type, o * r->inner + j, total);
    }
}

// Integers wrap; division by zero results in 0, and so does a negative power but of 1 and -1.
static double apply_integer(const LoamInstruction *in, int64_t x, int64_t y, int64_t z) {
  switch (in->op) {
    case LOAM_OP_ADD: return (int32_t)(x + y);
    case LOAM_OP_SUBTRACT: return (int32_t)(x - y);
    case LOAM_OP_MULTIPLY: case LOAM_OP_MASKED_MULTIPLY: return (int32_t)(x * y);
    case LOAM_OP_SQUARE: return (int32_t)(x * x);
    case LOAM_OP_NEGATE: return (int32_t)-x;
    case LOAM_OP_ABSOLUTE: return (int32_t)(x < 0 ? -x : x);
    case LOAM_OP_FLOOR_DIVIDE: return y == 0 ? 0 : (int32_t)(x / y - (x % y != 0 && (x % y < 0) != (y < 0)));
    case LOAM_OP_REMAINDER: return y == 0 ? 0 : x % y != 0 && (x % y < 0) != (y < 0) ? x % y + y : x % y;
    case LOAM_OP_POWER: {
      if (y < 0) return x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0;
      uint32_t result = 1;
      for (int64_t i = 0; i < y; i++) result *= (uint32_t)x;
      return (int32_t)result;
    }
    case LOAM_OP_FLOOR: case LOAM_OP_CEIL: case LOAM_OP_ROUND: return (double)x;
    default: return loam_operation(in->op, in->value, (double)x, (double)y, (double)z);
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
      int whole = e->compute == LOAM_I32 && in->op != LOAM_OP_CONSTANT && in->op != LOAM_OP_COPY;
      reg[in->d] = whole ? apply_integer(in, (int64_t)reg[in->a], (int64_t)reg[in->b], (int64_t)reg[in->c])
                         : loam_operation(in->op, in->value, reg[in->a], reg[in->b], reg[in->c]);
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
  int64_t sizes[] = {p->n * p->oh * p->ow * p->oc, p->n * p->h * p->w * p->c, p->kh * p->kw * p->c / p->groups * p->oc};
  const int64_t in = p->c / p->groups, out = p->oc / p->groups;
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
              for (int64_t o = c / in * out; o < (c / in + 1) * out; o++) {
                int64_t at_x = ((i * p->h + y) * p->w + x) * p->c + c, at_y = ((i * p->oh + oy) * p->ow + ox) * p->oc + o;
                int64_t at_w = ((ky * p->kw + kx) * in + c % in) * p->oc + o;
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

void loam_reference_random(const LoamRandom *r) {
  for (int64_t i = 0; i < r->count; i++) {
    // A counter's four words are four numbers of f32, or two of f64; a normal deviate takes two of those.
    int each = r->type == LOAM_F64 ? 2 : 4, pair = (int)(i % each) & ~1;
    uint64_t counter = (uint64_t)i / (uint64_t)each;
    uint32_t words[4];
    loam_philox((uint32_t)counter, (uint32_t)(counter >> 32), r->place, r->key[2], r->key[0], r->key[1], words);
    double unit[4];
    for (int w = 0; w < each; w++)
      unit[w] = each == 4 ? (words[w] >> 8) * 0x1p-24 : (double)((((uint64_t)words[2 * w] << 32) | words[2 * w + 1]) >> 11) * 0x1p-53;
    double radius = sqrt(-2 * log(1 - unit[pair])), angle = 6.283185307179586 * unit[pair + 1];
    set(r->output, r->type, i, r->kind == LOAM_UNIFORM ? unit[i % each] : i % 2 == 0 ? radius * cos(angle) : radius * sin(angle));
  }
}

// Where an index outside of 0 to n - 1 is taken from; -1 for the constant.
static int64_t reference_index(int64_t i, int64_t n, int mode) {
  if (mode == LOAM_FILL_CONSTANT) return i < 0 || i >= n ? -1 : i;
  if (mode == LOAM_FILL_EDGE) return i < 0 ? 0 : i >= n ? n - 1 : i;
  while (i < 0 || i >= n) {
    if (n == 1) return 0;
    if (mode == LOAM_FILL_WRAP) i += i < 0 ? n : -n;
    else i = i < 0 ? -i : 2 * (n - 1) - i;
  }
  return i;
}

// How much a pixel at distance t counts.
static double reference_weight(int interpolation, double t) {
  t = fabs(t);
  if (interpolation == LOAM_BILINEAR) return t < 1 ? 1 - t : 0;
  return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

// One of the numbers of a row of random numbers, as `random_row` of points.h counts them.
static double reference_random_number(const LoamPoint *p, int kind, int64_t r, int64_t count, int64_t i) {
  const int64_t element = r * ((count + 63) / 64 * 64) + i;
  uint32_t c[4] = {(uint32_t)(element / 4), (uint32_t)((element / 4) >> 32), 0, 0};
  philox(c, p->key[0], p->key[1]);
  double u[4];
  for (int w = 0; w < 4; w++) u[w] = (double)(c[w] >> 8) * 0x1p-24;
  if (kind == LOAM_UNIFORM) return u[element % 4];
  const int pair = element % 4 / 2 * 2;
  const double radius = sqrt(-2 * log(1 - u[pair])), angle = 6.283185307179586 * u[pair + 1];
  return element % 2 ? radius * sin(angle) : radius * cos(angle);
}

static double reference_clamp(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

// One operation on one pixel.
static void reference_point(const LoamPoint *p, double x[4], int64_t r, int64_t column, int64_t width, int64_t n) {
  const int64_t colours = n == 4 ? 3 : n, count = width * n;
  double old[4] = {x[0], x[1], x[2], x[3]};
  switch (p->kind) {
    case LOAM_POINT_LINEAR: for (int64_t k = 0; k < n; k++) x[k] = reference_clamp(p->a[k] * x[k] + p->a[4 + k]); break;
    case LOAM_POINT_UNBOUNDED: for (int64_t k = 0; k < n; k++) x[k] = p->a[k] * x[k] + p->a[4 + k]; break;
    case LOAM_POINT_MATRIX:
      if (n >= 3) for (int k = 0; k < 3; k++) x[k] = reference_clamp(p->a[4 * k] * old[0] + p->a[4 * k + 1] * old[1] + p->a[4 * k + 2] * old[2] + p->a[4 * k + 3]);
      break;
    case LOAM_POINT_POWER: for (int64_t k = 0; k < colours; k++) x[k] = x[k] > 0 ? pow(x[k], p->a[0]) : x[k] != x[k] ? x[k] : p->a[0] == 0; break;
    case LOAM_POINT_LEVELS: for (int64_t k = 0; k < colours; k++) x[k] = floor(floor(reference_clamp(x[k]) * 255 + 0.5) / p->a[0]) * p->a[0] / 255; break;
    case LOAM_POINT_SOLARIZE: for (int64_t k = 0; k < colours; k++) if (x[k] >= p->a[0]) x[k] = 1 - x[k]; break;
    case LOAM_POINT_NOISE: case LOAM_POINT_SPECKLE:
      for (int64_t k = 0; k < colours; k++)
        x[k] = reference_clamp(x[k] + (p->kind == LOAM_POINT_SPECKLE ? x[k] : 1) * p->a[0] * reference_random_number(p, LOAM_NORMAL, r, count, column * n + k));
      break;
    case LOAM_POINT_IMPULSES: {
      const double u = reference_random_number(p, LOAM_UNIFORM, r, width, column);
      for (int64_t k = 0; k < colours; k++) x[k] = u < p->a[0] ? 0 : u < p->a[0] + p->a[1] ? 1 : x[k];
      break;
    }
    case LOAM_POINT_FILL: case LOAM_POINT_GRID:
      if (r < p->rows[0] || r >= p->rows[1] || column < p->columns[0] || column >= p->columns[1]) break;
      if (p->kind == LOAM_POINT_GRID && ((r - p->rows[0]) % (int64_t)p->a[6] >= p->a[5] || (column - p->columns[0]) % (int64_t)p->a[6] >= p->a[5])) break;
      for (int64_t k = 0; k < colours; k++) x[k] = p->a[4] == 1 ? reference_random_number(p, LOAM_UNIFORM, r, count, column * n + k) : p->a[k];
      break;
    case LOAM_POINT_ORDER: for (int64_t k = 0; k < n; k++) x[k] = p->a[k] < 0 ? 0 : old[(int)p->a[k]]; break;
  }
}

// The displacement of a B-spline: the sum over all control points within two spacings.
static double reference_spline(double t) {
  t = fabs(t);
  return t < 1 ? 2.0 / 3 - t * t + t * t * t / 2 : t < 2 ? (2 - t) * (2 - t) * (2 - t) / 6 : 0;
}

static void reference_bend(const LoamBend *b, double *y, double *x) {
  double row, column;
  if (b->kind == LOAM_PERSPECTIVE) {
    const double *m = b->matrix, w = m[6] * *y + m[7] * *x + m[8];
    row = (m[0] * *y + m[1] * *x + m[2]) / w;
    column = (m[3] * *y + m[4] * *x + m[5]) / w;
  } else {
    // Beyond the grid the displacement is that of its edge.
    double r = fmin(fmax(*y / b->spacing, 0), (double)(b->grid_rows - 3)), c = fmin(fmax(*x / b->spacing, 0), (double)(b->grid_columns - 3));
    row = *y;
    column = *x;
    for (int64_t i = 0; i < b->grid_rows; i++)
      for (int64_t j = 0; j < b->grid_columns; j++) {
        const double weight = reference_spline(r - (double)(i - 1)) * reference_spline(c - (double)(j - 1));
        row += weight * b->grid[2 * (i * b->grid_columns + j)];
        column += weight * b->grid[2 * (i * b->grid_columns + j) + 1];
      }
  }
  *y = b->then[0] * row + b->then[1] * column + b->then[2];
  *x = b->then[3] * row + b->then[4] * column + b->then[5];
}

static double reference_source(const LoamWarp *w, int64_t row, int64_t column, int64_t k) {
  row = reference_index(row, w->height, w->fill_mode);
  column = reference_index(column, w->width, w->fill_mode);
  if (row < 0 || column < 0) return w->fill;
  const int64_t i = (row * w->width + column) * w->channels + k;
  return w->input_bytes ? ((const uint8_t *)w->input)[i] / 255.0 : ((const float *)w->input)[i];
}

// Every output pixel is a sum over the source pixels around its position.
static void reference_warp(const LoamWarp *w) {
  int reach = w->interpolation == LOAM_BICUBIC && !w->exact ? 2 : 1;
  for (int64_t r = 0; r < w->out_height; r++)
    for (int64_t c = 0; c < w->out_width; c++) {
      double y = w->map[0] * r + w->map[1] * c + w->map[2], x = w->map[3] * r + w->map[4] * c + w->map[5], pixel[4];
      for (int64_t i = w->bend_count; i-- > 0;) reference_bend(&w->bends[i], &y, &x);
      if (!(fabs(y) < 1e9 && fabs(x) < 1e9)) y = x = -1e8;
      if (w->exact || w->interpolation == LOAM_NEAREST) { y = floor(y + 0.5); x = floor(x + 0.5); }
      int interpolation = w->exact || w->interpolation == LOAM_NEAREST ? LOAM_BILINEAR : w->interpolation;
      for (int64_t k = 0; k < w->channels; k++) {
        pixel[k] = 0;
        for (int64_t row = (int64_t)floor(y) - reach + 1; row <= (int64_t)floor(y) + reach; row++)
          for (int64_t column = (int64_t)floor(x) - reach + 1; column <= (int64_t)floor(x) + reach; column++)
            pixel[k] += reference_weight(interpolation, y - (double)row) * reference_weight(interpolation, x - (double)column) * reference_source(w, row, column, k);
      }
      for (int64_t i = 0; i < w->point_count; i++) reference_point(&w->points[i], pixel, r, c, w->out_width, w->channels);
      for (int64_t k = 0; k < w->channels; k++) {
        const int64_t at = (r * w->out_width + c) * w->channels + k;
        if (w->output_bytes) ((uint8_t *)w->output)[at] = (uint8_t)(fmax(0, fmin(1, pixel[k])) * 255 + 0.5);
        else ((float *)w->output)[at] = (float)pixel[k];
      }
    }
}

static void reference_resize(const LoamResize *f) {
  for (int64_t r = 0; r < f->out_height; r++)
    for (int64_t c = 0; c < f->out_width; c++)
      for (int64_t k = 0; k < f->channels; k++) {
        double sum = 0;
        for (int64_t y = f->row_start[r]; y < f->row_start[r] + f->row_taps && y < f->height; y++)
          for (int64_t x = f->column_start[c]; x < f->column_start[c] + f->column_taps && x < f->width; x++) {
            const int64_t i = y - f->row_start[r], j = x - f->column_start[c], at = (y * f->width + x) * f->channels + k;
            const double weight = f->output_bytes
              ? f->row_weights[2 * r * ((f->row_taps + 1) / 2) + i] * (double)f->column_weights[2 * (j / 2 * f->out_width + c) + j % 2] * 0x1p-28
              : (double)f->row_floats[r * f->row_taps + i] * f->column_floats[c * f->column_taps + j];
            if (weight != 0) sum += weight * (f->input_bytes ? ((const uint8_t *)f->input)[at] / (f->output_bytes ? 1.0 : 255.0) : ((const float *)f->input)[at]);
          }
        const int64_t at = (r * f->out_width + c) * f->channels + k;
        if (f->output_bytes) ((uint8_t *)f->output)[at] = (uint8_t)(sum + 0.5); else ((float *)f->output)[at] = (float)sum;
      }
}

static double reference_square_sum(const float *x, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

// ---- The table. A kernel is one unit, except where the operation itself counts its elements: then the first piece does all.

static int64_t one_matmul(const LoamMatMul *p) { (void)p; return 1; }
static int64_t one_convolution(const LoamConvolution *p) { (void)p; return 1; }
static int64_t one_chunk(const LoamReduction *p) { (void)p; return 1; }
static int64_t none_matmul(const LoamMatMul *p) { (void)p; return 0; }
static int64_t none_convolution(const LoamConvolution *p) { (void)p; return 0; }
#define WHOLE(name, Arguments) \
  static void whole_##name(const Arguments *p, int64_t begin, int64_t end) { (void)end; if (begin == 0) loam_reference_##name(p); }
WHOLE(elementwise, LoamElementwise)
WHOLE(reduce, LoamReduction)
WHOLE(random, LoamRandom)
WHOLE(pooling, LoamPooling)
WHOLE(adam, LoamUpdate)
WHOLE(descent, LoamUpdate)
WHOLE(rms, LoamUpdate)
#undef WHOLE
static void whole_matmul(const LoamMatMul *p, int64_t begin, int64_t end, void *scratch) {
  (void)end; (void)scratch;
  if (begin == 0) loam_reference_matmul(p);
}
static void whole_convolution(const LoamConvolution *p, int64_t begin, int64_t end, void *scratch) {
  (void)end; (void)scratch;
  if (begin == 0) loam_reference_convolution(p);
}
static void no_fold(const LoamReduction *p, int64_t begin, int64_t end) { (void)p; (void)begin; (void)end; }
static int64_t no_blur_scratch(const LoamBlur *p) { (void)p; return 0; }
static int64_t no_box_scratch(const LoamBox *p) { (void)p; return 0; }
static int64_t no_taps_scratch(const LoamTaps *p) { (void)p; return 0; }
static int64_t no_median_scratch(const LoamMedian *p) { (void)p; return 0; }
static int64_t no_equalization_scratch(const LoamEqualization *p) { (void)p; return 0; }
static int64_t no_patches_scratch(const LoamPatches *p) { (void)p; return 0; }
static float no_peak(int64_t rounds) { (void)rounds; return 0; }

const LoamKernels loam_kernels_reference = {
  .name = "reference", .elementwise = whole_elementwise, .reduce = whole_reduce, .reduce_fold = no_fold, .reduce_chunks = one_chunk,
  .matmul = whole_matmul, .matmul_units = one_matmul, .matmul_scratch = none_matmul, .convolution = whole_convolution,
  .convolution_units = one_convolution, .convolution_scratch = none_convolution, .convolution_block = one_convolution,
  .pooling = whole_pooling,
  .random = whole_random, .adam = whole_adam, .descent = whole_descent, .rms = whole_rms, .peak = no_peak,
  .square_sum = reference_square_sum, .warp = reference_warp, .resize = reference_resize,
  .blur_scratch = no_blur_scratch, .blur = loam_reference_blur, .box_scratch = no_box_scratch, .box = loam_reference_box,
  .taps_scratch = no_taps_scratch, .taps = loam_reference_taps, .median_scratch = no_median_scratch, .median = loam_reference_median,
  .histogram = loam_reference_histogram, .look_up = loam_reference_look_up,
  .equalization_scratch = no_equalization_scratch, .equalization = loam_reference_equalization,
  .patches_scratch = no_patches_scratch, .patches = loam_reference_patches,
  .missing_scratch = loam_reference_missing_scratch, .missing = loam_reference_missing,
};
