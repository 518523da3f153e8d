// Tables of 256 bytes, looked up for 64 bytes at a time, on processors with AVX-512 VBMI (vpermi2b looks up in 128 entries).
#include <immintrin.h>
#include <string.h>

#define WITH_VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))

static int has_wide_tables(void) { return __builtin_cpu_supports("avx512vbmi") != 0; }

// vpermi2b takes the lower seven bits of x; the highest one chooses between the halves of the table.
static inline __attribute__((always_inline)) WITH_VBMI __m512i wide_look_up(const __m512i quarters[4], __m512i x) {
  const __m512i low = _mm512_permutex2var_epi8(quarters[0], x, quarters[1]), high = _mm512_permutex2var_epi8(quarters[2], x, quarters[3]);
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
}

// The first `remaining` bytes of a vector.
static inline __attribute__((always_inline)) __mmask64 first_bytes(int64_t remaining) {
  return remaining >= 64 ? ~0ull : remaining <= 0 ? 0 : (1ull << remaining) - 1;
}

// Stores of single bytes by a mask are slow on Zen 4.
static inline __attribute__((always_inline)) WITH_VBMI void store_first(uint8_t *to, int64_t remaining, __m512i x) {
  uint8_t bytes[64];
  _mm512_storeu_si512(bytes, x);
  if (remaining > 0) memcpy(to, bytes, (size_t)remaining);
}

// One table for all `count` bytes.
static WITH_VBMI void look_up_wide_shared(const uint8_t *table, const uint8_t *in, uint8_t *out, int64_t count) {
  __m512i quarters[4];
  for (int i = 0; i < 4; i++) quarters[i] = _mm512_loadu_si512(table + 64 * i);
  int64_t at = 0;
  for (; at + 64 <= count; at += 64) _mm512_storeu_si512(out + at, wide_look_up(quarters, _mm512_loadu_si512(in + at)));
  store_first(out + at, count - at, wide_look_up(quarters, _mm512_maskz_loadu_epi8(first_bytes(count - at), in + at)));
}

// The tables of the first `changed` of `channels` channels (1 to 4), on `count` bytes, which are whole pixels. The pattern of
// channels repeats after as many vectors as there are channels.
static WITH_VBMI void look_up_wide(const uint8_t *tables, int64_t channels, int64_t changed, const uint8_t *in, uint8_t *out, int64_t count) {
  __m512i quarters[4][4];
  __mmask64 is_channel[4][4];
  for (int64_t k = 0; k < changed; k++) {
    for (int64_t i = 0; i < 4; i++) quarters[k][i] = _mm512_loadu_si512(tables + 256 * k + 64 * i);
    for (int64_t v = 0; v < channels; v++) {
      is_channel[v][k] = 0;
      for (int64_t i = 0; i < 64; i++) if ((64 * v + i) % channels == k) is_channel[v][k] |= 1ull << i;
    }
  }
  for (int64_t block = 0; block < count; block += 64 * channels)
    for (int64_t v = 0; v < channels; v++) {
      const int64_t at = block + 64 * v;
      const __m512i x = _mm512_maskz_loadu_epi8(first_bytes(count - at), in + at);
      __m512i y = x;
      for (int64_t k = 0; k < changed; k++) y = _mm512_mask_mov_epi8(y, is_channel[v][k], wide_look_up(quarters[k], x));
      if (count - at >= 64) _mm512_storeu_si512(out + at, y); else store_first(out + at, count - at, y);
    }
}
