// Maps of integers: whole runs of a row are copied. An element has 1 byte or 4, a pixel `channels` of them.

INLINE void fill_pixel(const LoamWarp *w, uint8_t *out, int64_t element) {
  const float value = w->fill;
  const uint8_t level = (uint8_t)(value <= 0 || value != value ? 0 : value >= 1 ? 255 : value * 255.f + 0.5f);
  for (int64_t k = 0; k < w->channels; k++)
    if (element == 1) out[k] = level; else memcpy(out + 4 * k, &value, 4);
}

INLINE void exact_pixel(const LoamWarp *w, int64_t row, int64_t column, uint8_t *out, int64_t element) {
  const int64_t pixel = pixel_or_none(w, row, column);
  if (pixel < 0) fill_pixel(w, out, element);
  else memcpy(out, (const uint8_t *)w->input + pixel * element, (size_t)(w->channels * element));
}

// Pixels [first, last) of an output row, whose sources are outside of the image.
static void outside_pixels(const LoamWarp *w, int64_t row, int64_t column, int64_t b, int64_t e, int64_t first, int64_t last, uint8_t *out, int64_t element) {
  const int64_t n = w->channels, size = n * element;
  if (w->fill_mode == LOAM_FILL_CONSTANT) {
    fill_pixel(w, out + first * size, element);
    // All channels are equal; each copy doubles what is filled.
    if (element == 1) memset(out + first * size, out[first * size], (size_t)((last - first) * size));
    else for (int64_t done = 1; done < last - first;) {
      const int64_t more = done < last - first - done ? done : last - first - done;
      memcpy(out + (first + done) * size, out + first * size, (size_t)(more * size));
      done += more;
    }
    return;
  }
  for (int64_t x = first; x < last; x++) exact_pixel(w, row + b * x, column + e * x, out + x * size, element);
}

typedef uint8_t B16 __attribute__((vector_size(16), aligned(1)));

// Three vectors of sixteen pixels of three bytes, in reverse.
INLINE void reverse_sixteen(const uint8_t *from, uint8_t *to) {
  B16 x, y, z;
  memcpy(&x, from, 16);
  memcpy(&y, from + 16, 16);
  memcpy(&z, from + 32, 16);
  const B16 first = __builtin_shufflevector(z, y, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 30);
  // Each shuffle has two operands, and the middle takes bytes from all three.
  const B16 most = __builtin_shufflevector(y, z, 15, 16, 11, 12, 13, 8, 9, 10, 5, 6, 7, 2, 3, 4, 0, 0);
  const B16 middle = __builtin_shufflevector(most, x, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 31, 14);
  const B16 last = __builtin_shufflevector(x, y, 17, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
  memcpy(to, &first, 16);
  memcpy(to + 16, &middle, 16);
  memcpy(to + 32, &last, 16);
}

// The lines at two addresses, to be read and to be written; they need not exist.
INLINE void prefetch_lines(uintptr_t from, uintptr_t to) {
  __builtin_prefetch((const void *)from, 0);
  __builtin_prefetch((const void *)to, 1);
}

// Pixels of three bytes in reverse: `from` is the last one. Processors fetch what is read downwards too late, so the next row, which
// mostly follows both in memory, is asked for in time.
static void reverse_triples(const uint8_t *from, uint8_t *to, int64_t count) {
  uintptr_t next_from = (uintptr_t)from + 3, next_to = (uintptr_t)to + (uintptr_t)(3 * count);
  for (; count >= 16; count -= 16, from -= 48, to += 48, next_from += 48, next_to += 48) {
    prefetch_lines(next_from, next_to);
    reverse_sixteen(from - 45, to);
  }
  // Five pixels at a time, as the upper fifteen of sixteen bytes; the sixteenth byte that is stored is overwritten later.
  for (; count >= 6; count -= 5, from -= 15, to += 15) {
    B16 v;
    memcpy(&v, from - 13, 16);
    v = __builtin_shufflevector(v, v, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
    memcpy(to, &v, 16);
  }
  for (; count > 0; count--, from -= 3, to += 3) { to[0] = from[0]; to[1] = from[1]; to[2] = from[2]; }
}

// Bytes in reverse: `from` is the last one. The last vector overlaps the one before it.
static void reverse_bytes(const uint8_t *from, uint8_t *to, int64_t count) {
  uintptr_t next_from = (uintptr_t)from + 1, next_to = (uintptr_t)to + (uintptr_t)count;
  int64_t x = 0;
  for (; count >= 16 && x < count; x += 16) {
    if (x + 16 > count) x = count - 16;
    if (x % 64 == 0) prefetch_lines(next_from + (uintptr_t)x, next_to + (uintptr_t)x);
    B16 v;
    memcpy(&v, from - x - 15, 16);
    v = __builtin_shufflevector(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    memcpy(to + x, &v, 16);
  }
  for (; x < count; x++) to[x] = from[-x];
}

// Pixels of `size` bytes, `stride` bytes apart; the size is a constant where this is inlined.
INLINE void copy_strided(const uint8_t *from, uint8_t *to, int64_t count, int64_t stride, int64_t size) {
  for (int64_t x = 0; x < count; x++, from += stride, to += size) memcpy(to, from, (size_t)size);
}

INLINE int streams_rows(const LoamWarp *w) { return w->streams && streams_bytes(w->out_width * w->channels * (w->output_bytes ? 1 : 4)); }

// A row, while the next ones are asked for, `next_from` and `next_to` bytes after these: rows of an image do not follow each other in the
// other one, nor upwards in a vertical flip, so older processors fetch them too late. In long rows that does not matter.
static void copy_row(const uint8_t *from, uint8_t *to, int64_t size, int64_t next_from, int64_t next_to) {
  const int64_t chunk = 256;
  int64_t at = 0;
  for (; !LOAM_STREAMS && at + chunk <= size && size < 2048; at += chunk) {
    for (int64_t line = at; line < at + chunk; line += 64)
      prefetch_lines((uintptr_t)from + (uintptr_t)(next_from + line), (uintptr_t)to + (uintptr_t)(next_to + line));
    memcpy(to + at, from + at, (size_t)chunk);
  }
  memcpy(to + at, from + at, (size_t)(size - at));
}

// Pixels of one row, `stride` bytes apart; those of the next one are `next_from` and `next_to` bytes after them. With `streams`, for pixels that
// follow each other, the row is written past the caches.
static void copy_pixels(
  const uint8_t *from, uint8_t *to, int64_t count, int64_t stride, int64_t size, int64_t next_from, int64_t next_to, int streams) {
  if (streams) stream_row(from, to, count * size, next_from);
  else if (stride == size) copy_row(from, to, count * size, next_from, next_to);
  else if (size == 3 && stride == -3) reverse_triples(from, to, count);
  else if (size == 1 && stride == -1) reverse_bytes(from, to, count);
  else switch (size) {
    case 1: copy_strided(from, to, count, stride, 1); break;
    case 3: copy_strided(from, to, count, stride, 3); break;
    case 4: copy_strided(from, to, count, stride, 4); break;
    case 12: copy_strided(from, to, count, stride, 12); break;
    case 16: copy_strided(from, to, count, stride, 16); break;
    default: copy_strided(from, to, count, stride, size);
  }
}

INLINE int both_inside(double first, double last, int64_t count) { return first >= 0 && last >= 0 && first < (double)count && last < (double)count; }

// Rows of rows: an image is cut, or flipped, or both, and no pixel is outside.
INLINE int copies_rows(const LoamWarp *w) {
  const double *m = w->map;
  return m[1] == 0 && m[3] == 0 && both_inside(m[2], m[0] * (double)(w->out_height - 1) + m[2], w->height)
    && both_inside(m[5], m[4] * (double)(w->out_width - 1) + m[5], w->width);
}
static void copy_rows(const LoamWarp *w, int64_t element, int streams) {
  const int64_t size = w->channels * element, row = w->width * size, out_row = w->out_width * size;
  const int64_t step = (int64_t)w->map[0] * row, stride = (int64_t)w->map[4] * size;
  const uint8_t *from = (const uint8_t *)w->input + (int64_t)w->map[2] * row + (int64_t)w->map[5] * size;
  for (int64_t r = 0; r < w->out_height; r++) copy_pixels(from + r * step, (uint8_t *)w->output + r * out_row, w->out_width, stride, size, step, out_row, streams);
}

static void exact_row(const LoamWarp *w, int64_t r, uint8_t *out, int64_t element) {
  const int64_t a = (int64_t)w->map[0], b = (int64_t)w->map[1], c = (int64_t)w->map[2];
  const int64_t d = (int64_t)w->map[3], e = (int64_t)w->map[4], f = (int64_t)w->map[5];
  const int64_t size = w->channels * element;
  int64_t row = a * r + c, column = d * r + f, first = 0, last = w->out_width;
  // The columns whose source is inside, [first, last): one of b and e is 0, the other 1 or -1.
  const int64_t step = b ? b : e, at = b ? row : column, limit = b ? w->height : w->width, other = b ? column : row;
  const int64_t inside = inside_index(other, b ? w->width : w->height, w->fill_mode);
  if (inside < 0) last = 0;
  else if (step > 0) { first = at < 0 ? -at : 0; last = limit - at < last ? limit - at : last; }
  else { first = at >= limit ? at - limit + 1 : 0; last = at + 1 < last ? at + 1 : last; }
  if (last < first) last = first = first < w->out_width ? first : w->out_width;
  if (first > 0) outside_pixels(w, row, column, b, e, 0, first, out, element);
  if (first < last) {
    const int64_t count = last - first, stride = (b * w->width + e) * size;
    const int64_t from_row = b ? row + b * first : inside, from_column = b ? inside : column + e * first;
    const uint8_t *from = (const uint8_t *)w->input + (from_row * w->width + from_column) * size;
    uint8_t *to = out + first * size;
    copy_pixels(from, to, count, stride, size, a * w->width * size, w->out_width * size, 0);
  }
  if (last < w->out_width) outside_pixels(w, row, column, b, e, last, w->out_width, out, element);
}
