// Operations on windows of images.
#pragma once
#include <stdint.h>

// ---- Convolutions of images [n, h, w, c] by kernels [kh, kw, c / groups, oc] to [n, oh, ow, oc]. Channels are in `groups`, each
// of which is convolved alone.

enum { LOAM_CONVOLUTION_FORWARD, LOAM_CONVOLUTION_INPUT, LOAM_CONVOLUTION_WEIGHT };

typedef struct {
  uint8_t type, kind;
  int64_t n, h, w, c, oh, ow, oc, kh, kw, stride_h, stride_w;
  int64_t top, left;                // zero padding above and left of the image
  int64_t groups;
  const void *a, *b;                // forward: image, kernel; input: output, kernel; weight: image, output
  void *y;
} LoamConvolution;

// ---- Pooling of images [n, h, w, c] over windows of kh x kw to [n, oh, ow, c], and its gradients; f32 or f64.

enum {
  LOAM_POOL_SUM, LOAM_POOL_MAX,
  LOAM_POOL_SPREAD,                 // the gradient of the sum; also upsampling
  LOAM_POOL_MAX_SPREAD,             // the gradient of the greatest element, which equal ones share
};

typedef struct {
  uint8_t type, kind;
  int64_t n, h, w, c, oh, ow, kh, kw, stride_h, stride_w;
  const void *x;                    // images, of all but the spread
  const void *y;                    // their greatest elements, of the last
  const void *g;                    // the gradient, of both spreads
  void *output;
} LoamPooling;
