// Counter-based random numbers: element i of a draw is a pure function of (key, step, place, i).
#include "philox.h"

// High and low 32 bits of x times m per lane; even and odd lanes are multiplied separately.
INLINE void multiply_wide(U32 x, uint32_t m, U32 *high, U32 *low) {
  const U64 half = (U64){} + 0xffffffffu;
  U64 even = ((U64)x & half) * m, odd = ((U64)x >> 32) * m;
  *high = (U32)((even >> 32) | (odd & ~half));
  *low = (U32)((even & half) | (odd << 32));
}

// Sixteen counters at a time: lane l holds counter first + l.
INLINE void philox16(const LoamRandom *r, int64_t first, U32 out[4]) {
  U32 c0, c1, c2 = (U32){} + r->place, c3 = (U32){} + r->key[2];
  for (int l = 0; l < 16; l++) {
    c0[l] = (uint32_t)((uint64_t)first + l);
    c1[l] = (uint32_t)(((uint64_t)first + l) >> 32);
  }
  uint32_t k0 = r->key[0], k1 = r->key[1];
  for (int round = 0; round < 10; round++) {
    U32 high0, low0, high2, low2;
    multiply_wide(c0, 0xD2511F53u, &high0, &low0);
    multiply_wide(c2, 0xCD9E8D57u, &high2, &low2);
    c0 = high2 ^ c1 ^ k0;
    c1 = low2;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
}

// 24 random bits as a float in [0, 1).
INLINE F32 unit_f32(U32 x) { return __builtin_convertvector(x >> 8, F32) * splat(0x1p-24f); }

// sin and cos of 2πu for u in [0, 1), by octant reduction and Taylor series, to 1e-8.
INLINE void turn_f32(F32 u, F32 *sine, F32 *cosine) {
  F32 quarter = __builtin_elementwise_roundeven(u * splat(4.f));
  F32 x = FUSED(quarter, splat(-0.25f), u) * splat(6.283185307179586f);
  F32 z = x * x;
  F32 s = splat(-1.9841270e-4f);
  s = FUSED(s, z, splat(8.3333333e-3f));
  s = FUSED(s, z, splat(-1.6666667e-1f));
  s = FUSED(s * z, x, x);
  F32 c = splat(2.4801587e-5f);
  c = FUSED(c, z, splat(-1.3888889e-3f));
  c = FUSED(c, z, splat(4.1666667e-2f));
  c = FUSED(c, z, splat(-0.5f));
  c = FUSED(c, z, splat(1.f));
  I32 q = __builtin_convertvector(quarter, I32);
  I32 swap = (q & 1) == 1;
  F32 a = choose(swap, c, s), b = choose(swap, s, c);
  *sine = choose((q & 2) == 2, -a, a);
  *cosine = choose(((q + 1) & 2) == 2, -b, b);
}

// Box and Muller, "A note on the generation of random normal deviates", 1958: two uniforms
// (0, 1] and [0, 1) result in two independent normals.
INLINE void normal_f32(F32 u, F32 v, F32 *first, F32 *second) {
  F32 radius = __builtin_elementwise_sqrt(splat(-2.f) * log_f32(splat(1.f) - u)), s, c;
  turn_f32(v, &s, &c);
  *first = radius * c;
  *second = radius * s;
}

static void random_f32(const LoamRandom *r, int64_t begin, int64_t end) {
  float *out = r->output;
  for (int64_t counter = begin / 4; counter * 4 < end; counter += 16) {
    U32 words[4];
    F32 value[4];
    philox16(r, counter, words);
    for (int w = 0; w < 4; w++) value[w] = unit_f32(words[w]);
    if (r->kind == LOAM_NORMAL) {
      F32 a, b;
      normal_f32(value[0], value[1], &a, &b);
      value[0] = a; value[1] = b;
      normal_f32(value[2], value[3], &a, &b);
      value[2] = a; value[3] = b;
    }
    // Interleave: the four words of a counter are adjacent in the output.
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    F32 a = ZIP_LOW(value[0], value[2]), b = ZIP_LOW(value[1], value[3]), c = ZIP_HIGH(value[0], value[2]), d = ZIP_HIGH(value[1], value[3]);
    F32 in_order[4] = {ZIP_LOW(a, b), ZIP_HIGH(a, b), ZIP_LOW(c, d), ZIP_HIGH(c, d)};
#undef ZIP_LOW
#undef ZIP_HIGH
    int64_t first = counter * 4;
    if (first >= begin && first + 64 <= end) memcpy(out + first, in_order, sizeof in_order);
    else
      for (int i = 0; i < 64; i++)
        if (first + i >= begin && first + i < end) out[first + i] = ((const float *)in_order)[i];
  }
}

static void random_f64(const LoamRandom *r, int64_t begin, int64_t end) {
  double *out = r->output;
  for (int64_t i = begin & ~(int64_t)1; i < end; i += 2) {
    uint64_t counter = (uint64_t)i / 2;
    uint32_t c[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), r->place, r->key[2]};
    philox(c, r->key[0], r->key[1]);
    double u = (double)((((uint64_t)c[0] << 32) | c[1]) >> 11) * 0x1p-53;
    double v = (double)((((uint64_t)c[2] << 32) | c[3]) >> 11) * 0x1p-53;
    if (r->kind == LOAM_NORMAL) {
      double radius = sqrt(-2.0 * log(1.0 - u)), angle = 6.283185307179586 * v;
      u = radius * cos(angle);
      v = radius * sin(angle);
    }
    if (i >= begin) out[i] = u;
    if (i + 1 < end) out[i + 1] = v;
  }
}

static void random_any(const LoamRandom *r, int64_t begin, int64_t end) {
  if (r->type == LOAM_F64) random_f64(r, begin, end); else random_f32(r, begin, end);
}
