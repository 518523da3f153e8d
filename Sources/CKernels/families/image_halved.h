// Halving an image of bytes in both directions. The triangle filter then has the weights 1, 3, 3 and 1 eighths everywhere, with the edge
// pixels continued outside, so all sums are exact in 16 bits. The results are those of the general filter, bit for bit.

// [width, channels]: the sums down the columns, for row r of the result, in eighths of a level.
INLINE void halve_columns(const LoamResize *f, int64_t r, uint16_t *out) {
  const int64_t size = f->width * f->channels, last = f->height - 1;
  const uint8_t *b = (const uint8_t *)f->input + 2 * r * size, *c = b + size;
  const uint8_t *a = r > 0 ? b - size : b, *d = 2 * r + 2 <= last ? c + size : c;
  int64_t i = 0;
  for (; i + 32 <= size; i += 32) {
    Z32 rows[4];
    memcpy(&rows[0], a + i, 32);
    memcpy(&rows[1], b + i, 32);
    memcpy(&rows[2], c + i, 32);
    memcpy(&rows[3], d + i, 32);
    const V32 inner = __builtin_convertvector(rows[1], V32) + __builtin_convertvector(rows[2], V32);
    const V32 sum = __builtin_convertvector(rows[0], V32) + __builtin_convertvector(rows[3], V32) + inner + inner + inner;
    memcpy(out + i, &sum, 64);
  }
  for (; i < size; i++) out[i] = (uint16_t)(a[i] + 3 * (b[i] + c[i]) + d[i]);
}

// `row` [width, channels] has one more pixel on either side, and can be read for 32 elements after its end. The sums are formed at all
// pixels, of which every other one is kept: that is faster than to gather those that are needed. The general filter has 8 row + 1 64ths of
// a level, so with its 2^14ths of a weight it rounds (sum + 1) / 64 to a whole level. `n` is a constant where this is inlined.
INLINE void halve_row(const uint16_t *row, uint8_t *out, int64_t width, const int64_t n) {
  const int64_t size = width * n, step = 32 / (2 * n) * (2 * n);
#define HALVED(a, b, c, d) (((a) + (d) + ((b) + (c)) * 3 + 33) >> 6)
  int64_t i = 0;
  for (; i + 32 <= size; i += step) {
    V32 a, b, c, d;
    memcpy(&a, row + i - n, 64);
    memcpy(&b, row + i, 64);
    memcpy(&c, row + i + n, 64);
    memcpy(&d, row + i + 2 * n, 64);
    const Z32 all = __builtin_convertvector(HALVED(a, b, c, d), Z32);
    const Z16 kept = n == 1 ? __builtin_shufflevector(all, all, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
      : n == 2 ? __builtin_shufflevector(all, all, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29)
      : n == 3 ? __builtin_shufflevector(all, all, 0, 1, 2, 6, 7, 8, 12, 13, 14, 18, 19, 20, 24, 25, 26, 27)
      : __builtin_shufflevector(all, all, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    // Of three channels, the last byte is overwritten by the next pixel.
    memcpy(out + i / 2, &kept, 16);
  }
  for (; i < size; i += 2 * n) {
    for (int64_t k = i; k < i + n; k++) out[i / 2 + k - i] = (uint8_t)HALVED(row[k - n], row[k], row[k + n], row[k + 2 * n]);
  }
#undef HALVED
}

static void halve_bytes(const LoamResize *f) {
  const int64_t n = f->channels, end = f->width * n;
  uint16_t *row = (uint16_t *)f->scratch + 32;
  for (int64_t i = 0; i < 32; i++) row[end + i] = 0;
  for (int64_t r = 0; r < f->out_height; r++) {
    uint8_t *out = (uint8_t *)f->output + r * f->out_width * n;
    halve_columns(f, r, row);
    for (int64_t k = 0; k < n; k++) {
      row[k - n] = row[k];
      row[end + k] = row[end - n + k];
    }
    switch (n) {
      case 1: halve_row(row, out, f->width, 1); break;
      case 2: halve_row(row, out, f->width, 2); break;
      case 3: halve_row(row, out, f->width, 3); break;
      default: halve_row(row, out, f->width, 4);
    }
  }
}
