// Operations on single pixels of bytes, whose result depends on nothing but the byte and its channel: a table of the 256
// levels of each channel, made by the operations themselves.

INLINE int depends_on_level(const LoamPoint *p) {
  switch (p->kind) {
    case LOAM_POINT_LINEAR: case LOAM_POINT_UNBOUNDED: case LOAM_POINT_POWER: case LOAM_POINT_LEVELS: case LOAM_POINT_SOLARIZE:
    case LOAM_POINT_TABLE: return 1;
    default: return 0;
  }
}

// For small images the table costs more than it saves.
INLINE int can_use_table(const LoamWarp *w) {
  if (!w->exact || !w->input_bytes || !w->output_bytes || !w->point_count || w->channels > 4 || w->out_height * w->out_width < 2048) return 0;
  for (int64_t i = 0; i < w->point_count; i++) if (!depends_on_level(&w->points[i])) return 0;
  return 1;
}

// Level by level, then channel by channel.
static void make_table(const LoamWarp *w, uint8_t table[4][256]) {
  const int64_t n = w->channels;
  uint8_t levels[1024];
  float values[1024];
  for (int64_t i = 0; i < 256 * n; i++) levels[i] = (uint8_t)(i / n);
  bytes_to_floats(levels, values, 256 * n);
  for (int64_t i = 0; i < w->point_count; i++) point_row(&w->points[i], values, 0, 0, 256, n);
  floats_to_bytes(values, levels, 256 * n, 255.f);
  for (int64_t i = 0; i < 256 * n; i++) table[i % n][i / n] = levels[i];
}

INLINE void table_row_bytes(const uint8_t table[4][256], uint8_t *row, int64_t width, const int64_t n) {
  for (int64_t c = 0; c < width; c++, row += n)
    for (int64_t k = 0; k < n; k++) row[k] = table[k][row[k]];
}

static void table_image(const LoamWarp *w) {
  uint8_t table[4][256];
  make_table(w, table);
  for (int64_t r = 0; r < w->out_height; r++) {
    uint8_t *row = (uint8_t *)w->output + r * w->out_width * w->channels;
    exact_row(w, r, row, 1);
    switch (w->channels) {
      case 1: table_row_bytes(table, row, w->out_width, 1); break;
      case 3: table_row_bytes(table, row, w->out_width, 3); break;
      case 4: table_row_bytes(table, row, w->out_width, 4); break;
      default: table_row_bytes(table, row, w->out_width, w->channels);
    }
  }
}
