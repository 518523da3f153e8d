// Operations that only scale and shift, and perhaps clamp, in one pass from what was sampled to the result: brightness, contrast and
// normalization. The same steps as in points.h give the same bits.

enum { MOST_SCALED = 4 };
typedef struct {
  int64_t count;
  float scales[MOST_SCALED][48], offsets[MOST_SCALED][48];   // by channel, repeated
  float low[MOST_SCALED], high[MOST_SCALED];                 // infinite without a clamp
} ScaledPoints;

// False if there are other operations, or too many.
static int scaled_points(const LoamPoint *points, int64_t count, int64_t channels, ScaledPoints *s) {
  if (count < 1 || count > MOST_SCALED || channels > 4) return 0;
  for (int64_t i = 0; i < count; i++) {
    const LoamPoint *p = &points[i];
    if (p->kind != LOAM_POINT_LINEAR && p->kind != LOAM_POINT_UNBOUNDED) return 0;
    repeated(p->a, channels, s->scales[i]);
    repeated(p->a + 4, channels, s->offsets[i]);
    s->low[i] = p->kind == LOAM_POINT_LINEAR ? 0 : -INFINITY;
    s->high[i] = p->kind == LOAM_POINT_LINEAR ? 1 : INFINITY;
  }
  s->count = count;
  return 1;
}

// Sixteen elements, of which the first has index j within the 48.
INLINE F32 scaled16(const ScaledPoints *s, F32 v, int64_t j) {
  for (int64_t i = 0; i < s->count; i++) {
    const F32 low = splat(s->low[i]), high = splat(s->high[i]);
    v = FUSED(v, load16(s->scales[i] + j), load16(s->offsets[i] + j));
    v = choose(low > v, low, v);
    v = choose(high < v, high, v);
  }
  return v;
}

// `count` elements of `from`, TO_UNIT each vector of them; a shorter rest is padded.
#define SCALE_ROW(name, Element, Vector, TO_UNIT) \
  static void name(const ScaledPoints *s, const Element *from, float *to, int64_t count) { \
    for (int64_t i = 0, j = 0; i < count; i += 16, j = j == 32 ? 0 : j + 16) { \
      const int64_t left = count - i; \
      Vector v = (Vector){}; \
      if (left >= 16) memcpy(&v, from + i, sizeof v); else memcpy(&v, from + i, (size_t)left * sizeof(Element)); \
      const F32 x = scaled16(s, TO_UNIT(__builtin_convertvector(v, F32)), j); \
      if (left >= 16) store16(to + i, x); else memcpy(to + i, &x, (size_t)left * 4); \
    } \
  }
#define LEVELS_TO_UNIT(x) ((x) * splat(1 / (64 * 255.f)))
SCALE_ROW(scale_levels, int16_t, S16, LEVELS_TO_UNIT)
SCALE_ROW(scale_bytes, uint8_t, Z16, over_255)
#undef LEVELS_TO_UNIT
#undef SCALE_ROW
