// Rows of an image with a border, kept in a ring while a window moves down: the input of every filter in area_*.h. Beyond its
// edges an image is mirrored at the centres of its edge pixels (OpenCV's BORDER_REFLECT_101).

typedef uint16_t U16 __attribute__((vector_size(64), aligned(2)));
typedef uint8_t U8 __attribute__((vector_size(32), aligned(1)));
typedef float WideF32 __attribute__((vector_size(128), aligned(4)));
typedef int32_t WideI32 __attribute__((vector_size(128), aligned(4)));

INLINE int64_t mirrored(int64_t i, int64_t n) {
  if (i >= 0 && i < n) return i;
  if (n == 1) return 0;
  const int64_t period = 2 * (n - 1);
  int64_t m = i % period;
  if (m < 0) m += period;
  return m < n ? m : period - m;
}

// Elements at the end of every row that vectors may read and write.
enum { AREA_SLACK = 64 };
// Fixed point: bytes times 128 in 16 bits, so that the sum of two is below 65536.
enum { AREA_BITS = 7 };

// The upper halves of products; compilers do not find the instruction by themselves in vectors of this size.
#if defined(__x86_64__)
#include <immintrin.h>
INLINE U16 high_product(U16 a, uint16_t b) {
#if LOAM_FMA
  typedef __m256i Part;
#define HIGH(x) _mm256_mulhi_epu16(x, _mm256_set1_epi16((short)b))
#else
  typedef __m128i Part;
#define HIGH(x) _mm_mulhi_epu16(x, _mm_set1_epi16((short)b))
#endif
  enum { PARTS = sizeof(U16) / sizeof(Part) };
  Part parts[PARTS];
  memcpy(parts, &a, sizeof a);
  _Pragma("clang loop unroll(full)") for (int i = 0; i < PARTS; i++) parts[i] = HIGH(parts[i]);
  memcpy(&a, parts, sizeof a);
  return a;
#undef HIGH
}
#else
INLINE U16 high_product(U16 a, uint16_t b) {
  typedef uint32_t Wide __attribute__((vector_size(128), aligned(4)));
  return __builtin_convertvector((__builtin_convertvector(a, Wide) * (uint32_t)b) >> 16, U16);
}
#endif

// Rounds and saturates numbers of moderate size.
INLINE U8 bytes_of(WideF32 x) {
  WideI32 whole = __builtin_convertvector(x + 0.5f, WideI32);
  whole = __builtin_elementwise_min(__builtin_elementwise_max(whole, (WideI32){}), (WideI32){} + 255);
  return __builtin_convertvector(whole, U8);
}

INLINE int64_t ring_rows(int64_t height, int64_t reach) { return 2 * reach + 1 < height ? 2 * reach + 1 : height; }

// The three combinations of pixels and of numbers that are summed: floats, bytes in fixed point, and bytes in floats where the
// filter is too long for fixed point.
#define PIXEL float
#define WORK float
#define LANES 16
#define AREA(x) area_f32_##x
INLINE F32 AREA(widen)(const float *p) { return *(const F32 *)p; }
INLINE void AREA(narrow)(float *p, F32 x) { *(F32 *)p = x; }
INLINE float AREA(widen_one)(float x) { return x; }
INLINE float AREA(narrow_one)(float x) { return x; }
INLINE float AREA(weight)(float w) { return w; }
INLINE F32 AREA(add)(F32 sum, F32 x, float w) { return FUSED(x, splat(w), sum); }
INLINE F32 AREA(start)(int64_t products, int last) { (void)products; (void)last; return splat(0); }
INLINE F32 AREA(sharper)(const float *p, F32 blurred, float amount) {
  F32 x = *(const F32 *)p;
  F32 y = FUSED(x - blurred, splat(amount), x);
  y = choose(y < splat(0), splat(0), y);
  return choose(y > splat(1), splat(1), y);
}
#define SUMS F32
#include "area_filter.h"
#undef PIXEL
#undef WORK
#undef LANES
#undef AREA
#undef SUMS

#define PIXEL uint8_t
#define WORK float
#define LANES 32
#define AREA(x) area_long_##x
INLINE WideF32 AREA(widen)(const uint8_t *p) { return __builtin_convertvector(*(const U8 *)p, WideF32); }
INLINE void AREA(narrow)(uint8_t *p, WideF32 x) { *(U8 *)p = bytes_of(x); }
INLINE float AREA(widen_one)(uint8_t x) { return x; }
INLINE float AREA(weight)(float w) { return w; }
INLINE WideF32 AREA(add)(WideF32 sum, WideF32 x, float w) { return FUSED(x, (WideF32){} + w, sum); }
INLINE WideF32 AREA(start)(int64_t products, int last) { (void)products; (void)last; return (WideF32){}; }
INLINE WideF32 AREA(sharper)(const uint8_t *p, WideF32 blurred, float amount) {
  WideF32 x = AREA(widen)(p);
  return FUSED(x - blurred, (WideF32){} + amount, x);
}
#define SUMS WideF32
#include "area_filter.h"
#undef PIXEL
#undef WORK
#undef LANES
#undef AREA
#undef SUMS

// A product loses up to 1/128 of a level; half of it is added at the start, so that black and white are kept.
#define PIXEL uint8_t
#define WORK uint16_t
#define LANES 32
#define AREA(x) area_u8_##x
INLINE U16 AREA(widen)(const uint8_t *p) { return __builtin_convertvector(*(const U8 *)p, U16) << AREA_BITS; }
INLINE void AREA(narrow)(uint8_t *p, U16 x) { *(U8 *)p = __builtin_convertvector(x >> AREA_BITS, U8); }
INLINE uint16_t AREA(widen_one)(uint8_t x) { return (uint16_t)(x << AREA_BITS); }
INLINE uint16_t AREA(weight)(float w) { return (uint16_t)(w >= 1 ? 65535 : w * 65536.f + 0.5f); }
INLINE U16 AREA(add)(U16 sum, U16 x, uint16_t w) { return sum + high_product(x, w); }
INLINE U16 AREA(start)(int64_t products, int last) {
  return (U16){} + (uint16_t)(products / 2 + (last ? 1 << (AREA_BITS - 1) : 0));
}
INLINE U16 AREA(sharper)(const uint8_t *p, U16 blurred, float amount) {
  typedef float Wide __attribute__((vector_size(128), aligned(4)));
  Wide x = __builtin_convertvector(*(const U8 *)p, Wide) * 128.f;
  // `blurred` has half a level for rounding already.
  Wide y = FUSED(x + 64.f - __builtin_convertvector(blurred, Wide), (Wide){} + amount, x + 64.f);
  y = __builtin_elementwise_min(__builtin_elementwise_max(y, (Wide){}), (Wide){} + 32767.f);
  return __builtin_convertvector(__builtin_convertvector(y, WideI32), U16);
}
#define SUMS U16
#include "area_filter.h"
#undef PIXEL
#undef WORK
#undef LANES
#undef AREA
#undef SUMS
