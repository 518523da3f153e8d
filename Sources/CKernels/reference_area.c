// Plain implementations of the filters of whole images, in double where possible: the oracle of the tests.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "include/CKernels.h"

static double pixel(const void *data, int type, int64_t i) { return type == LOAM_U8 ? ((const uint8_t *)data)[i] : ((const float *)data)[i]; }

static void set_pixel(void *data, int type, int64_t i, double x) {
  if (type == LOAM_F32) ((float *)data)[i] = (float)x;
  else ((uint8_t *)data)[i] = (uint8_t)(x >= 255 ? 255 : x > 0 ? floor(x + 0.5) : 0);
}

// One step at a time, as a ball between two walls.
static int64_t bounced(int64_t i, int64_t n) {
  while (i < 0 || i >= n) {
    if (n == 1) return 0;
    i = i < 0 ? -i : 2 * (n - 1) - i;
  }
  return i;
}

static int64_t nearest(int64_t i, int64_t n) { return i < 0 ? 0 : i >= n ? n - 1 : i; }

void loam_reference_blur(const LoamBlur *f, void *scratch) {
  (void)scratch;
  for (int64_t y = 0; y < f->height; y++)
    for (int64_t x = 0; x < f->width; x++)
      for (int64_t k = 0; k < f->channels; k++) {
        double sum = 0;
        for (int64_t down = -f->column_reach; down <= f->column_reach; down++)
          for (int64_t right = -f->row_reach; right <= f->row_reach; right++)
            sum += (double)f->column_weights[llabs(down)] * f->row_weights[llabs(right)] *
                   pixel(f->input, f->type, (bounced(y + down, f->height) * f->width + bounced(x + right, f->width)) * f->channels + k);
        const int64_t at = (y * f->width + x) * f->channels + k;
        const double own = pixel(f->input, f->type, at), sharper = own + f->amount * (own - sum), highest = f->type == LOAM_U8 ? 255 : 1;
        set_pixel(f->output, f->type, at, !f->sharpens ? sum : sharper < 0 ? 0 : sharper > highest ? highest : sharper);
      }
}

void loam_reference_box(const LoamBox *b, void *scratch) {
  (void)scratch;
  const double area = (double)((2 * b->radius + 1) * (2 * b->radius + 1));
  for (int64_t y = 0; y < b->height; y++)
    for (int64_t x = 0; x < b->width; x++)
      for (int64_t k = 0; k < b->channels; k++) {
        double sum = 0;
        for (int64_t down = -b->radius; down <= b->radius; down++)
          for (int64_t right = -b->radius; right <= b->radius; right++)
            sum += pixel(b->input, b->type, (bounced(y + down, b->height) * b->width + bounced(x + right, b->width)) * b->channels + k);
        set_pixel(b->output, b->type, (y * b->width + x) * b->channels + k, sum / area);
      }
}

void loam_reference_taps(const LoamTaps *f, void *scratch) {
  (void)scratch;
  for (int64_t y = 0; y < f->height; y++)
    for (int64_t x = 0; x < f->width; x++)
      for (int64_t k = 0; k < f->channels; k++) {
        double sum = 0;
        for (int64_t t = 0; t < f->count; t++)
          sum += (double)f->weights[t] *
                 pixel(f->input, f->type, (bounced(y + f->rows[t], f->height) * f->width + bounced(x + f->columns[t], f->width)) * f->channels + k);
        set_pixel(f->output, f->type, (y * f->width + x) * f->channels + k, sum);
      }
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void loam_reference_median(const LoamMedian *m, void *scratch) {
  (void)scratch;
  for (int64_t y = 0; y < m->height; y++)
    for (int64_t x = 0; x < m->width; x++)
      for (int64_t k = 0; k < m->channels; k++) {
        double all[25];
        int n = 0;
        for (int64_t down = -m->size / 2; down <= m->size / 2; down++)
          for (int64_t right = -m->size / 2; right <= m->size / 2; right++)
            all[n++] = pixel(m->input, m->type, (nearest(y + down, m->height) * m->width + nearest(x + right, m->width)) * m->channels + k);
        qsort(all, (size_t)n, sizeof *all, ascending);
        const int64_t at = (y * m->width + x) * m->channels + k;
        const double own = pixel(m->input, m->type, at);
        set_pixel(m->output, m->type, at, fabs(own - all[n / 2]) <= m->threshold ? own : all[n / 2]);
      }
}

static int level(double x, int type) {
  if (type == LOAM_F32) x = (double)((float)x * 255.f);
  return x >= 255 ? 255 : x > 0 ? (int)((float)x + 0.5f) : 0;
}

void loam_reference_histogram(const LoamLevels *l) {
  for (int64_t i = 0; i < l->count; i++)
    if (i % l->channels < l->changed) l->histogram[i % l->channels * 256 + level(pixel(l->input, l->type, i), l->type)]++;
}

void loam_reference_look_up(const LoamLevels *l) {
  for (int64_t i = 0; i < l->count; i++) {
    const int64_t k = i % l->channels;
    const double x = pixel(l->input, l->type, i);
    if (k >= l->changed) { set_pixel(l->output, l->type, i, x); continue; }
    const uint8_t to = l->table[k * 256 + level(x, l->type)];
    set_pixel(l->output, l->type, i, l->type == LOAM_U8 ? to : (double)((float)to / 255.f));
  }
}

static int brightness_level(const LoamEqualization *e, int64_t y, int64_t x) {
  int own[3] = {0};
  const int64_t at = (bounced(y, e->height) * e->width + bounced(x, e->width)) * e->channels;
  for (int64_t k = 0; k < e->channels && k < 3; k++) own[k] = level(pixel(e->input, e->type, at + k), e->type);
  return e->channels < 3 ? own[0] : (own[0] * 19595 + own[1] * 38470 + own[2] * 7471 + 32768) >> 16;
}

// The level to which a tile maps one: computed from the pixels of the tile each time.
static double tile_level(const LoamEqualization *e, int64_t row, int64_t column, int at) {
  int64_t counts[256] = {0}, excess = 0;
  for (int64_t y = row * e->tile_height; y < (row + 1) * e->tile_height; y++)
    for (int64_t x = column * e->tile_width; x < (column + 1) * e->tile_width; x++) counts[brightness_level(e, y, x)]++;
  if (e->limit > 0) {
    for (int i = 0; i < 256; i++)
      if (counts[i] > e->limit) { excess += counts[i] - e->limit; counts[i] = e->limit; }
    const int64_t rest = excess % 256, step = rest ? 256 / rest : 1;
    for (int i = 0; i < 256; i++) counts[i] += excess / 256 + (i % step == 0 && i / step < rest);
  }
  int64_t sum = 0;
  for (int i = 0; i <= at; i++) sum += counts[i];
  const float to = rintf((float)sum * (255.f / (float)(e->tile_height * e->tile_width)));
  return to > 255 ? 255 : to;
}

void loam_reference_equalization(const LoamEqualization *e, void *scratch) {
  (void)scratch;
  for (int64_t y = 0; y < e->height; y++)
    for (int64_t x = 0; x < e->width; x++) {
      const double row = (double)y / (double)e->tile_height - 0.5, column = (double)x / (double)e->tile_width - 0.5;
      const double down = row - floor(row), right = column - floor(column);
      const int before = brightness_level(e, y, x);
      double after = 0;
      for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
          after += (i ? down : 1 - down) * (j ? right : 1 - right) *
                   tile_level(e, nearest((int64_t)floor(row) + i, e->rows), nearest((int64_t)floor(column) + j, e->columns), before);
      for (int64_t k = 0; k < e->channels; k++) {
        const int64_t at = (y * e->width + x) * e->channels + k;
        const double own = pixel(e->input, e->type, at), unit = e->type == LOAM_U8 ? 1 : 255;
        const double changed = own + (rint(after) - before) / unit;
        const int keeps = k >= (e->channels < 3 ? 1 : 3) || changed != changed;
        set_pixel(e->output, e->type, at, keeps ? own : fmin(fmax(changed, 0), 255 / unit));
      }
    }
}

void loam_reference_patches(const LoamPatches *p, void *scratch) {
  (void)scratch;
  const double unit = p->type == LOAM_U8 ? 255 : 1, count = (double)((2 * p->patch + 1) * (2 * p->patch + 1) * p->changed);
#define AT(y, x, k) (pixel(p->input, p->type, (bounced(y, p->height) * p->width + bounced(x, p->width)) * p->channels + (k)) / unit)
  for (int64_t y = 0; y < p->height; y++)
    for (int64_t x = 0; x < p->width; x++) {
      double sums[4] = {0}, total = 0;
      for (int64_t down = -p->search; down <= p->search; down++)
        for (int64_t right = -p->search; right <= p->search; right++) {
          double far = 0;
          for (int64_t i = -p->patch; i <= p->patch; i++)
            for (int64_t j = -p->patch; j <= p->patch; j++)
              for (int64_t k = 0; k < p->changed; k++) {
                const double d = AT(y + i, x + j, k) - AT(y + down + i, x + right + j, k);
                far += d * d / count;
              }
          far = fmax(far - 2 * (double)p->noise * p->noise, 0);
          const double weight = exp(-far / fmax((double)p->strength * p->strength, 1e-30));
          total += weight;
          for (int64_t k = 0; k < p->changed; k++) sums[k] += weight * AT(y + down, x + right, k);
        }
      for (int64_t k = 0; k < p->channels; k++) {
        const int64_t at = (y * p->width + x) * p->channels + k;
        set_pixel(p->output, p->type, at, k < p->changed ? sums[k] / total * unit : pixel(p->input, p->type, at));
      }
    }
#undef AT
}

// Laplace's equation by many sweeps, from the mean of the known pixels.
void loam_reference_missing(const LoamMissing *m, void *scratch) {
  const int64_t pixels = m->height * m->width;
  double *v = scratch;
  if (m->output != m->input) memcpy(m->output, m->input, (size_t)(pixels * m->channels) * sizeof(float));
  for (int64_t k = 0; k < m->changed; k++) {
    double sum = 0, known = 0;
    for (int64_t i = 0; i < pixels; i++)
      if (!m->missing[i * m->changed + k]) { sum += m->input[i * m->channels + k]; known++; }
    if (known == (double)pixels) continue;
    for (int64_t i = 0; i < pixels; i++) v[i] = !m->missing[i * m->changed + k] ? m->input[i * m->channels + k] : known > 0 ? sum / known : 0;
    for (int sweep = 0; sweep < 20000; sweep++) {
      double worst = 0;
      for (int64_t y = 0; y < m->height; y++)
        for (int64_t x = 0; x < m->width; x++) {
          const int64_t i = y * m->width + x;
          if (!m->missing[i * m->changed + k]) continue;
          const int64_t around[4] = {
            y > 0 ? i - m->width : -1, y + 1 < m->height ? i + m->width : -1, x > 0 ? i - 1 : -1, x + 1 < m->width ? i + 1 : -1,
          };
          double total = 0, n = 0;
          for (int a = 0; a < 4; a++) if (around[a] >= 0) { total += v[around[a]]; n++; }
          if (n == 0) continue;
          const double change = 1.9 * (total / n - v[i]);
          v[i] += change;
          worst = fmax(worst, fabs(change));
        }
      if (worst < 1e-9) break;
    }
    for (int64_t i = 0; i < pixels; i++) if (m->missing[i * m->changed + k]) m->output[i * m->channels + k] = (float)v[i];
  }
}
int64_t loam_reference_missing_scratch(const LoamMissing *m) { return m->height * m->width * (int64_t)sizeof(double); }
