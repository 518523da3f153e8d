// Non-local means: A. Buades, B. Coll, J.-M. Morel, "A non-local algorithm for image denoising", CVPR 2005; differences of patches
// as box sums of the squared difference between the image and a shifted copy: J. Darbon and others, "Fast nonlocal filtering
// applied to electron cryomicroscopy", 2008. By tiles, whose sums stay in the cache for all shifts.

enum { PATCH_ROWS = 64, PATCH_COLUMNS = 128 };

INLINE int64_t patch_border(const LoamPatches *p) { return p->search + p->patch; }
INLINE int64_t patch_stride(const LoamPatches *p) { return p->width + 2 * patch_border(p) + AREA_SLACK; }
INLINE int64_t patch_plane(const LoamPatches *p) { return (p->height + 2 * patch_border(p)) * patch_stride(p) + PATCH_COLUMNS + AREA_SLACK; }
INLINE int64_t patch_line(const LoamPatches *p) { return PATCH_COLUMNS + 2 * p->patch + AREA_SLACK; }

static int64_t patches_scratch(const LoamPatches *p) {
  const int64_t sums = (p->changed + 1) * PATCH_ROWS * PATCH_COLUMNS, lines = (2 * p->patch + 2) * patch_line(p);
  return (p->changed * patch_plane(p) + sums + lines) * (int64_t)sizeof(float) + 64;
}

// The squared differences of one row of a tile and the row that is shifted by `shift` elements.
INLINE void patch_differences(const float *planes, int64_t plane, const int64_t channels, int64_t at, int64_t shift, int64_t count, float *out) {
  for (int64_t i = 0; i < count; i += 16) {
    F32 sum = splat(0);
    for (int64_t k = 0; k < channels; k++) {
      const float *p = planes + k * plane + at + i;
      const F32 d = *(const F32 *)p - *(const F32 *)(p + shift);
      sum = FUSED(d, d, sum);
    }
    *(F32 *)(out + i) = sum;
  }
}

static void patch_tile(const LoamPatches *p, int64_t top, int64_t left, const float *planes, float *sums, float *lines) {
  const int64_t stride = patch_stride(p), plane = patch_plane(p), border = patch_border(p), line = patch_line(p), size = 2 * p->patch + 1;
  const int64_t height = p->height - top < PATCH_ROWS ? p->height - top : PATCH_ROWS;
  const int64_t width = p->width - left < PATCH_COLUMNS ? p->width - left : PATCH_COLUMNS;
  const int64_t wide = width + 2 * p->patch;
  float *column_sums = lines + size * line, *total = sums + p->changed * PATCH_ROWS * PATCH_COLUMNS;
  const float part = 1.f / (float)(size * size * p->changed), excess = 2 * p->noise * p->noise;
  const float scale = -1.f / fmaxf(p->strength * p->strength, 1e-30f);
  memset(sums, 0, (size_t)((p->changed + 1) * PATCH_ROWS * PATCH_COLUMNS) * sizeof *sums);
  for (int64_t down = -p->search; down <= p->search; down++)
    for (int64_t right = -p->search; right <= p->search; right++) {
      const int64_t shift = down * stride + right;
      for (int64_t y = -p->patch; y < height + p->patch; y++) {
        float *own = lines + (y + p->patch) % size * line;
        const int64_t at = (top + y + border) * stride + left + border - p->patch;
        if (p->changed == 1) patch_differences(planes, plane, 1, at, shift, wide, own);
        else if (p->changed == 3) patch_differences(planes, plane, 3, at, shift, wide, own);
        else patch_differences(planes, plane, p->changed, at, shift, wide, own);
        if (y < p->patch) continue;
        // All `size` lines are there: the row in their middle.
        for (int64_t i = 0; i < wide; i += 16) {
          F32 sum = *(const F32 *)(lines + i);
          for (int64_t k = 1; k < size; k++) sum = sum + *(const F32 *)(lines + k * line + i);
          *(F32 *)(column_sums + i) = sum;
        }
        const int64_t row = y - p->patch;
        for (int64_t i = 0; i < width; i += 16) {
          F32 sum = *(const F32 *)(column_sums + i);
          for (int64_t k = 1; k < size; k++) sum = sum + *(const F32 *)(column_sums + i + k);
          F32 far = sum * splat(part) - splat(excess);
          far = choose(far < splat(0), splat(0), far);
          const F32 weight = exp_f32(far * splat(scale));
          F32 *into = (F32 *)(total + row * PATCH_COLUMNS + i);
          *into = *into + weight;
          for (int64_t k = 0; k < p->changed; k++) {
            const F32 *from = (const F32 *)(planes + k * plane + (top + row + border) * stride + left + border + i + shift);
            F32 *sum_k = (F32 *)(sums + k * PATCH_ROWS * PATCH_COLUMNS + row * PATCH_COLUMNS + i);
            *sum_k = FUSED(weight, *from, *sum_k);
          }
        }
      }
    }
  for (int64_t y = 0; y < height; y++)
    for (int64_t x = 0; x < width; x++) {
      const int64_t pixel = ((top + y) * p->width + left + x) * p->channels;
      for (int64_t k = 0; k < p->changed; k++) {
        const float mean = sums[(k * PATCH_ROWS + y) * PATCH_COLUMNS + x] / total[y * PATCH_COLUMNS + x];
        if (p->type == LOAM_F32) ((float *)p->output)[pixel + k] = mean;
        else ((uint8_t *)p->output)[pixel + k] = (uint8_t)(mean * 255.f + 0.5f);
      }
    }
}

static void patches(const LoamPatches *p, void *scratch) {
  const int64_t stride = patch_stride(p), plane = patch_plane(p), border = patch_border(p);
  float *planes = scratch, *sums = planes + p->changed * plane, *lines = sums + (p->changed + 1) * PATCH_ROWS * PATCH_COLUMNS;
  // What vectors read beyond a row must be numbers that are not slow.
  memset(scratch, 0, (size_t)patches_scratch(p));
  for (int64_t k = 0; k < p->changed; k++)
    for (int64_t y = -border; y < p->height + border; y++) {
      const int64_t row = mirrored(y, p->height) * p->width * p->channels + k;
      float *out = planes + k * plane + (y + border) * stride;
      for (int64_t x = -border; x < p->width + border; x++) {
        const int64_t at = row + mirrored(x, p->width) * p->channels;
        out[x + border] = p->type == LOAM_F32 ? ((const float *)p->input)[at] : (float)((const uint8_t *)p->input)[at] * (1 / 255.f);
      }
    }
  for (int64_t top = 0; top < p->height; top += PATCH_ROWS)
    for (int64_t left = 0; left < p->width; left += PATCH_COLUMNS) patch_tile(p, top, left, planes, sums, lines);
  if (p->changed == p->channels) return;
  for (int64_t i = 0; i < p->height * p->width; i++)
    for (int64_t k = p->changed; k < p->channels; k++) {
      if (p->type == LOAM_F32) ((float *)p->output)[i * p->channels + k] = ((const float *)p->input)[i * p->channels + k];
      else ((uint8_t *)p->output)[i * p->channels + k] = ((const uint8_t *)p->input)[i * p->channels + k];
    }
}
