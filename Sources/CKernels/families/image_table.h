// Operations on single pixels of bytes, whose result depends on nothing but the byte and its channel: a table of the 256
// levels of each channel, made by the operations themselves.

INLINE int depends_on_level(const LoamPoint *p) {
  switch (p->kind) {
    case LOAM_POINT_LINEAR: case LOAM_POINT_UNBOUNDED: case LOAM_POINT_POWER: case LOAM_POINT_LEVELS: case LOAM_POINT_SOLARIZE: return 1;
    default: return 0;
  }
}

// For small images the table costs more than it saves.
INLINE int can_use_table(const LoamWarp *w) {
  if (!w->exact || !w->input_bytes || !w->output_bytes || !w->point_count || w->channels > 4 || w->out_height * w->out_width < 2048) return 0;
  for (int64_t i = 0; i < w->point_count; i++) if (!depends_on_level(&w->points[i])) return 0;
  return 1;
}

// Made of an image that shows every level once in each channel; channel by channel, as `look_up` reads it.
static void make_table(const LoamWarp *w, uint8_t table[1024]) {
  const int64_t n = w->channels;
  uint8_t levels[1024];
  float values[1024];
  for (int64_t i = 0; i < 256 * n; i++) levels[i] = (uint8_t)(i / n);
  bytes_to_floats(levels, values, 256 * n);
  for (int64_t i = 0; i < w->point_count; i++) point_row(&w->points[i], values, 0, 0, 256, n);
  floats_to_bytes(values, levels, 256 * n, 255.f);
  for (int64_t i = 0; i < 256 * n; i++) table[i % n * 256 + i / n] = levels[i];
}

static void table_image(const LoamWarp *w) {
  const int64_t n = w->channels, size = w->out_width * n;
  uint8_t table[1024];
  make_table(w, table);
  for (int64_t r = 0; r < w->out_height; r++) {
    uint8_t *row = (uint8_t *)w->output + r * size;
    exact_row(w, r, row, 1);
    const LoamLevels levels = {.type = LOAM_U8, .channels = n, .changed = n, .count = size, .input = row, .output = row, .table = table};
    look_up(&levels);
  }
}
