// Data movement and other portable kernels: strided copies, gather, scatter, fold, cumulative sums, and scalar Philox.
#include <stdint.h>
#include <string.h>
#include "include/CKernels.h"
#include "families/philox.h"

#define MOVE(T)                                                                          \
  static void move_##T(const LoamMove *m, int64_t begin, int64_t end) {                  \
    const T *in = m->input;                                                              \
    T *out = m->output;                                                                  \
    int64_t index[LOAM_MAX_RANK] = {0}, rest = begin, at = m->offset;                    \
    for (int d = m->rank - 1; d >= 0; d--) {                                             \
      index[d] = rest % m->dims[d];                                                      \
      rest /= m->dims[d];                                                                \
      at += index[d] * m->strides[d];                                                    \
    }                                                                                    \
    int last = m->rank - 1;                                                              \
    while (begin < end) {                                                                \
      int64_t run = m->rank == 0 ? 1 : m->dims[last] - index[last];                      \
      if (run > end - begin) run = end - begin;                                          \
      int64_t step = m->rank == 0 ? 1 : m->strides[last];                                \
      if (m->scatter) for (int64_t i = 0; i < run; i++) out[at + i * step] = in[begin + i]; \
      else if (step == 1) memcpy(out + begin, in + at, (size_t)run * sizeof(T));         \
      else for (int64_t i = 0; i < run; i++) out[begin + i] = in[at + i * step];         \
      begin += run;                                                                      \
      if (m->rank == 0) break;                                                           \
      at += run * step;                                                                  \
      index[last] += run;                                                                \
      for (int d = last; d > 0 && index[d] == m->dims[d]; d--) {                         \
        at += m->strides[d - 1] - index[d] * m->strides[d];                              \
        index[d] = 0;                                                                    \
        index[d - 1]++;                                                                  \
      }                                                                                  \
    }                                                                                    \
  }
MOVE(uint8_t)
MOVE(uint32_t)
MOVE(uint64_t)

void loam_move(const LoamMove *m, int64_t begin, int64_t end) {
  switch (m->element_size) {
    case 1: move_uint8_t(m, begin, end); break;
    case 4: move_uint32_t(m, begin, end); break;
    default: move_uint64_t(m, begin, end);
  }
}

void loam_gather(uint8_t type, const void *input, const int32_t *positions, int64_t count,
                 int64_t rows, int64_t row, void *output) {
  size_t bytes = (size_t)row * (type == LOAM_F64 ? 8 : type == LOAM_F32 || type == LOAM_I32 ? 4 : 1);
  for (int64_t i = 0; i < count; i++) {
    char *to = (char *)output + i * bytes;
    int64_t place = positions[i] < 0 ? positions[i] + rows : positions[i];
    if (place >= 0 && place < rows) memcpy(to, (const char *)input + place * bytes, bytes);
    else if (type == LOAM_F32) for (int64_t j = 0; j < row; j++) ((float *)to)[j] = __builtin_nanf("");
    else if (type == LOAM_F64) for (int64_t j = 0; j < row; j++) ((double *)to)[j] = __builtin_nan("");
    else memset(to, 0, bytes);
  }
}

void loam_scatter_add(uint8_t type, const void *input, const int32_t *positions, int64_t count,
                      int64_t rows, int64_t row, void *output) {
#define ADD(T)                                                                            \
  {                                                                                       \
    T *out = output;                                                                      \
    const T *in = input;                                                                  \
    memset(out, 0, (size_t)(rows * row) * sizeof(T));                                     \
    for (int64_t i = 0; i < count; i++) {                                                 \
      int64_t place = positions[i] < 0 ? positions[i] + rows : positions[i];              \
      if (place >= 0 && place < rows)                                                     \
        for (int64_t j = 0; j < row; j++) out[place * row + j] += in[i * row + j];        \
    }                                                                                     \
    break;                                                                                \
  }
  switch (type) {
    case LOAM_F64: ADD(double)
    case LOAM_F32: ADD(float)
    default: ADD(uint32_t)
  }
#undef ADD
}

void loam_fold(const LoamFold *p, int64_t begin, int64_t end) {
#define ADD(T)                                                                            \
  for (int64_t i = begin; i < end; i++) {                                                 \
    T *image = (T *)p->images + i * p->h * p->w * p->c;                                   \
    const T *from = (const T *)p->windows + i * p->oh * p->ow * p->kh * p->kw * p->c;     \
    memset(image, 0, (size_t)(p->h * p->w * p->c) * sizeof(T));                           \
    for (int64_t oy = 0; oy < p->oh; oy++)                                                \
      for (int64_t ox = 0; ox < p->ow; ox++)                                              \
        for (int64_t ky = 0; ky < p->kh; ky++, from += p->kw * p->c) {                    \
          T *to = image + ((oy * p->stride_h + ky) * p->w + ox * p->stride_w) * p->c;     \
          for (int64_t j = 0; j < p->kw * p->c; j++) to[j] += from[j];                    \
        }                                                                                 \
  }
  if (p->type == LOAM_F64) { ADD(double) } else { ADD(float) }
#undef ADD
}

void loam_cumulative_sum(uint8_t type, const void *input, int64_t outer, int64_t count,
                         int64_t inner, void *output) {
#define RUN(T)                                                                            \
  for (int64_t o = 0; o < outer; o++)                                                     \
    for (int64_t j = 0; j < inner; j++) {                                                 \
      T sum = 0;                                                                          \
      for (int64_t i = 0; i < count; i++) {                                               \
        int64_t at = (o * count + i) * inner + j;                                         \
        sum += ((const T *)input)[at];                                                    \
        ((T *)output)[at] = sum;                                                          \
      }                                                                                   \
    }                                                                                     \
  break;
  switch (type) {
    case LOAM_F64: RUN(double)
    case LOAM_F32: RUN(float)
    default: RUN(uint32_t)
  }
#undef RUN
}

void loam_philox(uint32_t counter0, uint32_t counter1, uint32_t counter2, uint32_t counter3,
                 uint32_t key0, uint32_t key1, uint32_t out[4]) {
  uint32_t c[4] = {counter0, counter1, counter2, counter3};
  philox(c, key0, key1);
  memcpy(out, c, 16);
}
