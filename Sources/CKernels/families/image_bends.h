// Maps of positions: affine, and bends after them.

INLINE void apply_affine(const double m[6], double *row, double *column) {
  const double r = *row, c = *column;
  *row = m[0] * r + m[1] * c + m[2];
  *column = m[3] * r + m[4] * c + m[5];
}

INLINE void spline_weights(double position, double spacing, int64_t count, int64_t *first, double weight[4]) {
  double scaled = position / spacing, end = (double)(count - 3);
  scaled = scaled > 0 ? (scaled < end ? scaled : end) : 0;
  double cell = floor(scaled);
  if (cell > end - 1) cell = end - 1;
  const double t = scaled - cell, u = 1 - t;
  *first = (int64_t)cell;
  weight[0] = u * u * u / 6;
  weight[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
  weight[2] = (3 * u * u * u - 6 * u * u + 4) / 6;
  weight[3] = t * t * t / 6;
}

static void apply_bend(const LoamBend *b, double *row, double *column) {
  const double r = *row, c = *column;
  if (b->kind == LOAM_PERSPECTIVE) {
    const double *m = b->matrix, scale = 1 / (m[6] * r + m[7] * c + m[8]);
    *row = (m[0] * r + m[1] * c + m[2]) * scale;
    *column = (m[3] * r + m[4] * c + m[5]) * scale;
  } else {
    int64_t first_row, first_column;
    double rows[4], columns[4], down = 0, right = 0;
    spline_weights(r, b->spacing, b->grid_rows, &first_row, rows);
    spline_weights(c, b->spacing, b->grid_columns, &first_column, columns);
    for (int i = 0; i < 4; i++) {
      const float *g = b->grid + 2 * ((first_row + i) * b->grid_columns + first_column);
      for (int j = 0; j < 4; j++) { down += rows[i] * columns[j] * g[2 * j]; right += rows[i] * columns[j] * g[2 * j + 1]; }
    }
    *row = r + down;
    *column = c + right;
  }
  apply_affine(b->then, row, column);
}
