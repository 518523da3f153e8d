// Vectors of 64 bytes as clang vector extensions; the compiler splits them for narrower instruction sets. Included once per
// instruction set. LOAM_FMA is 1 if it has fused multiply-add; all such instruction sets produce the same bits, because
// contraction is off and every fused operation is explicit.
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "../include/CKernels.h"

#pragma STDC FP_CONTRACT OFF

typedef float F32 __attribute__((vector_size(64), aligned(4)));
typedef int32_t I32 __attribute__((vector_size(64), aligned(4)));
typedef uint32_t U32 __attribute__((vector_size(64), aligned(4)));
typedef uint64_t U64 __attribute__((vector_size(64), aligned(8)));
typedef double F64 __attribute__((vector_size(64), aligned(8)));
typedef int64_t I64 __attribute__((vector_size(64), aligned(8)));

#ifndef LOAM_AVX2
#define LOAM_AVX2 0
#endif

#define INLINE static inline __attribute__((always_inline))

#if LOAM_FMA
#define FUSED(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#else
#define FUSED(a, b, c) ((a) * (b) + (c))
#endif

INLINE F32 splat(float x) { return (F32){} + x; }
INLINE I32 bits(F32 x) { return (I32)x; }
INLINE F32 choose(I32 mask, F32 yes, F32 no) { return (F32)(((I32)yes & mask) | ((I32)no & ~mask)); }

// exp(r) - 1 with r = x - n ln2, as in Cody and Waite's reduction, by a polynomial of degree 7 in r (coefficients of S. Moshier's
// Cephes, expf.c, netlib.org/cephes).
INLINE F32 reduced_expm1_f32(F32 x, F32 n) {
  F32 r = FUSED(n, splat(-0.693145751953125f), x);
  r = FUSED(n, splat(-1.42860682030941723212e-6f), r);
  F32 p = splat(1.9875691500e-4f);
  p = FUSED(p, r, splat(1.3981999507e-3f));
  p = FUSED(p, r, splat(8.3334519073e-3f));
  p = FUSED(p, r, splat(4.1665795894e-2f));
  p = FUSED(p, r, splat(1.6666665459e-1f));
  p = FUSED(p, r, splat(5.0000001201e-1f));
  return FUSED(p, r * r, r);
}

// exp(x) = 2^n exp(r); maximum error over all floats: 1.0 ULP (Tests/CKernelsTests).
INLINE F32 exp_f32(F32 x) {
  F32 n = __builtin_elementwise_roundeven(x * splat(1.44269504088896341f));
  n = __builtin_elementwise_min(__builtin_elementwise_max(n, splat(-151.f)), splat(129.f));
  F32 p = reduced_expm1_f32(x, n) + splat(1.f);
  // 2^n as two factors, since 2^n alone may overflow or underflow.
  I32 whole = __builtin_convertvector(n, I32), half = whole >> 1;
  F32 scale1 = (F32)((half + 127) << 23), scale2 = (F32)((whole - half + 127) << 23);
  F32 y = p * scale1 * scale2;
  y = choose(x > splat(88.72283935546875f), splat(INFINITY), y);
  y = choose(x < splat(-103.972084045410f), splat(0.f), y);
  return choose(x != x, x, y);
}

// log: x = 2^e m with m in [sqrt(1/2), sqrt(2)); log(m) by a polynomial of degree 9 in m - 1
// (coefficients of S. Moshier's Cephes, logf.c, netlib.org/cephes).
INLINE F32 log_f32(F32 x) {
  I32 tiny = x < splat(1.17549435e-38f);
  F32 scaled = choose(tiny, x * splat(8388608.f), x);
  I32 b = bits(scaled);
  I32 e = ((b >> 23) & 255) - 126 - (tiny & 23);
  F32 m = (F32)((b & 0x007fffff) | 0x3f000000);
  I32 low = m < splat(0.707106781186547524f);
  e += low;  // A mask is -1.
  m = choose(low, m + m, m) - splat(1.f);
  F32 z = m * m;
  F32 p = splat(7.0376836292e-2f);
  p = FUSED(p, m, splat(-1.1514610310e-1f));
  p = FUSED(p, m, splat(1.1676998740e-1f));
  p = FUSED(p, m, splat(-1.2420140846e-1f));
  p = FUSED(p, m, splat(1.4249322787e-1f));
  p = FUSED(p, m, splat(-1.6668057665e-1f));
  p = FUSED(p, m, splat(2.0000714765e-1f));
  p = FUSED(p, m, splat(-2.4999993993e-1f));
  p = FUSED(p, m, splat(3.3333331174e-1f));
  F32 exponent = __builtin_convertvector(e, F32);
  F32 y = m * z * p;
  y = FUSED(exponent, splat(-2.12194440e-4f), y);
  y = FUSED(splat(-0.5f), z, y);
  F32 result = m + y;
  result = FUSED(exponent, splat(0.693359375f), result);
  result = choose(x == splat(INFINITY), x, result);
  result = choose(x == splat(0.f), splat(-INFINITY), result);
  result = choose(x < splat(0.f), splat(NAN), result);
  return choose(x != x, x, result);
}

// log(1 + x), exact where 1 + x rounds: N. Higham, Accuracy and Stability, section 1.14.1.
INLINE F32 log1p_f32(F32 x) {
  F32 w = splat(1.f) + x;
  F32 corrected = log_f32(w) - ((w - splat(1.f)) - x) / w;
  I32 plain = (w == splat(INFINITY)) | (x <= splat(-1.f)) | (x != x);
  return choose(plain, log_f32(w), corrected);
}

// tanh(|x|) = t / (t + 2) with t = exp(2 |x|) - 1, for all x in one branch: exp(r) - 1 = r + r^2 q(r) does not cancel for small
// r, and t = 2^n (exp(r) - 1) + (2^n - 1) is rounded once. From 9.02 on the result is 1. q is that of exp_f32; maximum error:
// 2.5 ULP (Tests/CKernelsTests).
INLINE F32 tanh_f32(F32 x) {
  F32 a = __builtin_elementwise_min(__builtin_elementwise_abs(x), splat(10.f));
  a = a + a;
  F32 n = __builtin_elementwise_roundeven(a * splat(1.44269504088896341f));
  F32 p = reduced_expm1_f32(a, n);
  F32 scale = (F32)((__builtin_convertvector(n, I32) + 127) << 23);
  F32 t = FUSED(scale, p, scale - splat(1.f));
  F32 y = __builtin_elementwise_copysign(t / (t + splat(2.f)), x);
  return choose(x != x, x, y);
}

// The error function: x + x p(x^2) below 1, and 1 - exp(q(|x|)) from there, where q approximates log(erfc) up
// to 4, beyond which erf rounds to 1. Both polynomials are minimax fits of degree 6 to mpmath's erf,
// weighted by the effect on the result; maximum error: 1.5 ULP (Tests/CKernelsTests).
INLINE F32 erf_f32(F32 x) {
  F32 a = __builtin_elementwise_abs(x), z = x * x, t = __builtin_elementwise_min(a, splat(4.f));
  F32 p = splat(7.889114203862846e-05f);
  p = FUSED(p, z, splat(-8.02083988673985e-04f));
  p = FUSED(p, z, splat(5.189535208046436e-03f));
  p = FUSED(p, z, splat(-2.6854444295167923e-02f));
  p = FUSED(p, z, splat(1.1283600330352783e-01f));
  p = FUSED(p, z, splat(-3.761262595653534e-01f));
  p = FUSED(p, z, splat(1.2837916612625122e-01f));
  F32 q = splat(1.8882271251641214e-04f);
  q = FUSED(q, t, splat(-2.972433576360345e-03f));
  q = FUSED(q, t, splat(2.194039709866047e-02f));
  q = FUSED(q, t, splat(-1.0332728177309036e-01f));
  q = FUSED(q, t, splat(-6.37883186340332e-01f));
  q = FUSED(q, t, splat(-1.127251386642456f));
  q = FUSED(q, t, splat(-3.0043823062442243e-04f));
  F32 big = __builtin_elementwise_copysign(splat(1.f) - exp_f32(q), x);
  F32 y = choose(a < splat(1.f), FUSED(x, p, x), big);
  return choose(x != x, x, y);
}

// 1/(1 + exp(-x)), computed from exp(-|x|) to avoid overflow.
INLINE F32 sigmoid_f32(F32 x) {
  F32 e = exp_f32(-__builtin_elementwise_abs(x));
  F32 d = splat(1.f) + e;
  return choose(x < splat(0.f), e, splat(1.f)) / d;
}

INLINE F32 softplus_f32(F32 x) {
  F32 e = exp_f32(-__builtin_elementwise_abs(x));
  return __builtin_elementwise_max(x, splat(0.f)) + log1p_f32(e);
}
