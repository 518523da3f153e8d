// Operations that only scale and shift, and perhaps clamp, in one pass from what was sampled to the result: brightness, contrast and
// normalization. The same steps as in points.h give the same bits.

enum { MOST_SCALED = 4 };
// By channel, repeated over three vectors; limits are infinite without a clamp.
typedef struct { F32 scales[3], offsets[3], low, high; } Scaling;
typedef struct { Scaling each[MOST_SCALED]; int64_t count; } ScaledPoints;

// False if there are other operations, or too many.
static int scaled_points(const LoamPoint *points, int64_t count, int64_t channels, ScaledPoints *s) {
  if (count < 1 || count > MOST_SCALED || channels > 4) return 0;
  for (int64_t i = 0; i < count; i++) {
    const LoamPoint *p = &points[i];
    const int is_bounded = p->kind == LOAM_POINT_LINEAR;
    if (!is_bounded && p->kind != LOAM_POINT_UNBOUNDED) return 0;
    float scales[48], offsets[48];
    repeated(p->a, channels, scales);
    repeated(p->a + 4, channels, offsets);
    for (int64_t j = 0; j < 3; j++) {
      s->each[i].scales[j] = load16(scales + 16 * j);
      s->each[i].offsets[j] = load16(offsets + 16 * j);
    }
    s->each[i].low = splat(is_bounded ? 0.f : -INFINITY);
    s->each[i].high = splat(is_bounded ? 1.f : INFINITY);
  }
  s->count = count;
  return 1;
}

// Vector j of three; `count` is a constant where this is inlined.
INLINE F32 scaled16(const Scaling *s, F32 v, int64_t j, const int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    v = FUSED(v, s[i].scales[j], s[i].offsets[j]);
    v = choose(s[i].low > v, s[i].low, v);
    v = choose(s[i].high < v, s[i].high, v);
  }
  return v;
}

// `size` elements of `from`, TO_UNIT each vector of them, three vectors at a time; a shorter rest is padded. For long rows the factors are
// copied into registers, since a store might change those behind a pointer.
#define SCALE_ROW(name, Element, Vector, TO_UNIT) \
  INLINE void name##_by(const ScaledPoints *s, const Element *from, float *to, int64_t size, const int64_t count) { \
    int64_t at = 0; \
    if (size >= 4 * 48) { \
      Scaling own[MOST_SCALED]; \
      UNROLLED for (int64_t i = 0; i < count; i++) own[i] = s->each[i]; \
      for (; at + 48 <= size; at += 48) { \
        UNROLLED for (int64_t j = 0; j < 3; j++) { \
          Vector v; \
          memcpy(&v, from + at + 16 * j, sizeof v); \
          store16(to + at + 16 * j, scaled16(own, TO_UNIT(__builtin_convertvector(v, F32)), j, count)); \
        } \
      } \
    } \
    for (int64_t j = 0; at < size; at += 16, j = j == 2 ? 0 : j + 1) { \
      const int64_t left = size - at; \
      Vector v = (Vector){}; \
      if (left >= 16) memcpy(&v, from + at, sizeof v); else memcpy(&v, from + at, (size_t)left * sizeof(Element)); \
      const F32 x = scaled16(s->each, TO_UNIT(__builtin_convertvector(v, F32)), j, count); \
      if (left >= 16) store16(to + at, x); else memcpy(to + at, &x, (size_t)left * 4); \
    } \
  } \
  static void name(const ScaledPoints *s, const Element *from, float *to, int64_t size) { \
    switch (s->count) { \
      case 1: name##_by(s, from, to, size, 1); break; \
      case 2: name##_by(s, from, to, size, 2); break; \
      case 3: name##_by(s, from, to, size, 3); break; \
      default: name##_by(s, from, to, size, 4); \
    } \
  }
#define LEVELS_TO_UNIT(x) ((x) * splat(1 / (64 * 255.f)))
SCALE_ROW(scale_levels, int16_t, S16, LEVELS_TO_UNIT)
SCALE_ROW(scale_bytes, uint8_t, Z16, over_255)
#undef LEVELS_TO_UNIT
#undef SCALE_ROW
