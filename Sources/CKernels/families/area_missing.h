// Missing pixels by Laplace's equation, from coarse to fine: the solution on a grid of half the size, interpolated, is the
// start on the finer one, where successive over-relaxation improves it; coarser grids, which cost less, are improved more often
// (cascadic multigrid: F. Bornemann, P. Deuflhard, 1996). Only missing pixels are visited. Nothing flows across the edges of
// the image.

enum { MISSING_LEVELS = 32, MISSING_SWEEPS = 48 };

static int64_t missing_scratch(const LoamMissing *m) {
  int64_t bytes = 64;
  for (int64_t h = m->height, w = m->width;; h = (h + 1) / 2, w = (w + 1) / 2) {
    // Values, indices of missing pixels, and whether each is known.
    bytes += h * w * (int64_t)(sizeof(float) + sizeof(int32_t) + 1) + 64;
    if (h == 1 && w == 1) break;
  }
  return bytes;
}

typedef struct {
  int64_t height, width, count;
  float *values;
  int32_t *missing;                 // first those with an even sum of row and column
  uint8_t *known;
} MissingLevel;

static void missing_list(MissingLevel *l) {
  l->count = 0;
  for (int parity = 0; parity < 2; parity++)
    for (int64_t y = 0; y < l->height; y++)
      for (int64_t x = (y + parity) % 2; x < l->width; x += 2)
        if (!l->known[y * l->width + x]) l->missing[l->count++] = (int32_t)(y * l->width + x);
}

// The mean of the known ones of four.
static void missing_coarser(const MissingLevel *fine, MissingLevel *coarse) {
  for (int64_t y = 0; y < coarse->height; y++)
    for (int64_t x = 0; x < coarse->width; x++) {
      float sum = 0;
      int known = 0;
      for (int64_t row = 2 * y; row < 2 * y + 2 && row < fine->height; row++)
        for (int64_t column = 2 * x; column < 2 * x + 2 && column < fine->width; column++) {
          const int64_t at = row * fine->width + column;
          if (fine->known[at]) { sum += fine->values[at]; known++; }
        }
      coarse->known[y * coarse->width + x] = known > 0;
      coarse->values[y * coarse->width + x] = known ? sum / (float)known : 0;
    }
}

// Bilinear, between the centres of the coarse pixels.
static void missing_finer(const MissingLevel *coarse, MissingLevel *fine) {
  for (int64_t i = 0; i < fine->count; i++) {
    const int64_t at = fine->missing[i], y = at / fine->width, x = at % fine->width;
    const int64_t row = y / 2, column = x / 2, h = coarse->height, w = coarse->width;
    int64_t other_row = y % 2 ? row + 1 : row - 1, other_column = x % 2 ? column + 1 : column - 1;
    if (other_row < 0 || other_row >= h) other_row = row;
    if (other_column < 0 || other_column >= w) other_column = column;
    const float *v = coarse->values;
    const float near = 0.75f * v[row * w + column] + 0.25f * v[row * w + other_column];
    const float far = 0.75f * v[other_row * w + column] + 0.25f * v[other_row * w + other_column];
    fine->values[at] = 0.75f * near + 0.25f * far;
  }
}

static void missing_relax(MissingLevel *l, int sweeps) {
  const int64_t w = l->width, h = l->height;
  float *v = l->values;
  for (int sweep = 0; sweep < sweeps; sweep++) {
    // Smooth errors first; the last sweeps do not overshoot.
    const float over = 3 * sweep < 2 * sweeps ? 1.9f : sweep + 2 < sweeps ? 1.7f : 1.f;
    for (int64_t i = 0; i < l->count; i++) {
      const int32_t at = l->missing[i];
      const int32_t y = at / (int32_t)w, x = at - y * (int32_t)w;
      float sum = 0;
      int n = 0;
      if (y > 0) { sum += v[at - w]; n++; }
      if (y + 1 < h) { sum += v[at + w]; n++; }
      if (x > 0) { sum += v[at - 1]; n++; }
      if (x + 1 < w) { sum += v[at + 1]; n++; }
      if (n) v[at] += over * (sum / (float)n - v[at]);
    }
  }
}

static void missing(const LoamMissing *m, void *scratch) {
  MissingLevel levels[MISSING_LEVELS];
  int depth = 0;
  char *free_space = scratch;
  for (int64_t h = m->height, w = m->width;; h = (h + 1) / 2, w = (w + 1) / 2) {
    MissingLevel *l = &levels[depth++];
    l->height = h; l->width = w;
    l->values = (float *)free_space; free_space += h * w * (int64_t)sizeof(float);
    l->missing = (int32_t *)free_space; free_space += h * w * (int64_t)sizeof(int32_t);
    l->known = (uint8_t *)free_space; free_space += (h * w + 63) / 64 * 64;
    if (h == 1 && w == 1) break;
  }
  const int64_t pixels = m->height * m->width;
  if (m->output != m->input) memcpy(m->output, m->input, (size_t)(pixels * m->channels) * sizeof(float));
  for (int64_t k = 0; k < m->changed; k++) {
    MissingLevel *whole = &levels[0];
    for (int64_t i = 0; i < pixels; i++) {
      whole->known[i] = !m->missing[i * m->changed + k];
      whole->values[i] = whole->known[i] ? m->input[i * m->channels + k] : 0;
    }
    missing_list(whole);
    if (whole->count == 0) continue;
    // Coarser grids until all of one is known, or one pixel is left.
    int last = 0;
    while (levels[last].count > 0 && last + 1 < depth) {
      missing_coarser(&levels[last], &levels[last + 1]);
      missing_list(&levels[++last]);
    }
    for (int l = last - 1; l >= 0; l--) {
      missing_finer(&levels[l + 1], &levels[l]);
      missing_relax(&levels[l], MISSING_SWEEPS << (l < 2 ? l : 2));
    }
    for (int64_t i = 0; i < whole->count; i++) {
      const int64_t at = whole->missing[i];
      m->output[at * m->channels + k] = whole->values[at];
    }
  }
}
