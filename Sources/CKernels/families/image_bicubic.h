// Runs of bicubic sampling, a pixel at a time.

typedef float F4 __attribute__((vector_size(16), aligned(4)));

// The weights of four rows and of four columns: `cubic_weights` as polynomials in both fractions.
INLINE F8 cubic_weights_of_both(float down, float right) {
  const F8 t = {down, down, down, down, right, right, right, right};
  const F8 a = {-0.5f, 1.5f, -1.5f, 0.5f, -0.5f, 1.5f, -1.5f, 0.5f}, b = {1, -2.5f, 2, -0.5f, 1, -2.5f, 2, -0.5f};
  const F8 c = {-0.5f, 0, 0.5f, 0, -0.5f, 0, 0.5f, 0}, d = {0, 1, 0, 0, 0, 1, 0, 0};
  return FUSED(FUSED(FUSED(a, t, b), t, c), t, d);
}

// Down the columns first. Sixteen values are read from the left neighbour on.
INLINE void bicubic_run(const LoamWarp *w, Track t, int64_t first, int64_t last, float *out, const int64_t n, const int bytes) {
  const int64_t row_size = w->width * n, ahead = eight_rows_ahead(w);
  int64_t row = t.row + first * t.row_step, column = t.column + first * t.column_step;
  for (int64_t c = first; c < last; c++, out += n, row += t.row_step, column += t.column_step) {
    const F8 weights = cubic_weights_of_both((float)(uint32_t)row * 0x1p-32f, (float)(uint32_t)column * 0x1p-32f);
    const int64_t at = ((row >> 32) - 1) * row_size + ((column >> 32) - 1) * n;
    if (asks_ahead(c, bytes)) prefetch_input(w, at + ahead, bytes);
    if (n == 3 || n == 4) {
      F8 low = (F8){}, high = (F8){};
      UNROLLED for (int y = 0; y < 4; y++) {
        low = FUSED((F8){} + weights[y], load8(w, at + y * row_size, bytes), low);
        high = FUSED((F8){} + weights[y], load8(w, at + y * row_size + 8, bytes), high);
      }
      if (n == 3) {
        low = low * __builtin_shufflevector(weights, weights, 4, 4, 4, 5, 5, 5, 6, 6);
        high = high * __builtin_shufflevector(weights, weights, 6, 7, 7, 7, 7, 7, 7, 7);
        const F4 value = (__builtin_shufflevector(low, high, 0, 1, 2, 2) + __builtin_shufflevector(low, high, 3, 4, 5, 5))
          + (__builtin_shufflevector(low, high, 6, 7, 8, 8) + __builtin_shufflevector(low, high, 9, 10, 11, 11));
        memcpy(out, &value, 16);
      } else {
        low = low * __builtin_shufflevector(weights, weights, 4, 4, 4, 4, 5, 5, 5, 5);
        const F8 of_high = __builtin_shufflevector(weights, weights, 6, 6, 6, 6, 7, 7, 7, 7);
        high = FUSED(high, of_high, low);
        const F4 value = __builtin_shufflevector(high, high, 0, 1, 2, 3) + __builtin_shufflevector(high, high, 4, 5, 6, 7);
        memcpy(out, &value, 16);
      }
    } else {
      for (int64_t k = 0; k < n; k++) {
        float sum = 0;
        for (int x = 0; x < 4; x++) {
          float line = 0;
          for (int y = 0; y < 4; y++) line = FUSED(weights[y], source_value(w, at + y * row_size + x * n + k, bytes), line);
          sum = FUSED(weights[4 + x], line, sum);
        }
        out[k] = sum;
      }
    }
  }
}
