// A plain implementation of pooling, in double: the oracle of the tests.
#include <math.h>
#include <stdlib.h>
#include "include/CKernels.h"

static double pooling_get(const void *data, int type, int64_t i) { return type == LOAM_F64 ? ((const double *)data)[i] : ((const float *)data)[i]; }

static void pooling_set(void *data, int type, int64_t i, double x) {
  if (type == LOAM_F64) ((double *)data)[i] = x; else ((float *)data)[i] = (float)x;
}

// Iterates over every pair of a window and a place in it: twice for the gradient of the greatest, which counts equal ones first.
void loam_reference_pooling(const LoamPooling *p) {
  const int64_t pooled = p->n * p->oh * p->ow * p->c, image = p->n * p->h * p->w * p->c;
  const int is_spread = p->kind == LOAM_POOL_SPREAD || p->kind == LOAM_POOL_MAX_SPREAD;
  const int64_t count = is_spread ? image : pooled;
  double *results = calloc((size_t)count + 1, sizeof(double)), *equal = calloc((size_t)pooled + 1, sizeof(double));
  if (!results || !equal) abort();
  for (int pass = 0; pass < 2; pass++)
    for (int64_t at = 0; at < pooled; at++) {
      const int64_t c = at % p->c, ox = at / p->c % p->ow, oy = at / p->c / p->ow % p->oh, i = at / p->c / p->ow / p->oh;
      for (int64_t ky = 0; ky < p->kh; ky++)
        for (int64_t kx = 0; kx < p->kw; kx++) {
          const int64_t from = ((i * p->h + oy * p->stride_h + ky) * p->w + ox * p->stride_w + kx) * p->c + c;
          const double x = p->x ? pooling_get(p->x, p->type, from) : 0;
          switch (p->kind) {
            case LOAM_POOL_SUM: if (pass == 0) results[at] += x; break;
            case LOAM_POOL_MAX:
              if (pass == 0) results[at] = ky + kx == 0 ? x : results[at] > x || results[at] != results[at] ? results[at] : x;
              break;
            case LOAM_POOL_SPREAD: if (pass == 0) results[from] += pooling_get(p->g, p->type, at); break;
            default:
              if (x != pooling_get(p->y, p->type, at)) break;
              if (pass == 0) equal[at] += 1;
              else results[from] += pooling_get(p->g, p->type, at) / equal[at];
          }
        }
    }
  for (int64_t i = 0; i < count; i++) pooling_set(p->output, p->type, i, results[i]);
  free(results);
  free(equal);
}
