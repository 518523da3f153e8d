// Small images are sampled from a copy with the constant around it: in an image of 28×28 pixels that is rotated by 10 degrees, a good tenth
// of the pixels are partly outside, and these would take longer than all others.

enum { PADDED_BYTES = 1 << 14 };
typedef struct {
  LoamWarp warp;
  uint8_t pixels[PADDED_BYTES + 16];   // loads of a last pixel may go beyond it
} PaddedImage;

INLINE int64_t padded_width(const LoamWarp *w) { return w->width + 2 + spare_columns(w->channels); }

// For sampling in levels, where the constant is a byte.
INLINE int can_pad(const LoamWarp *w) {
  const float level = w->fill * 255.f;
  return can_sample_levels(w) && !w->bend_count && w->fill_mode == LOAM_FILL_CONSTANT && level == floorf(level)
    && (w->height + 2) * padded_width(w) * w->channels <= PADDED_BYTES;
}

// The same warp of the padded image, whose first pixel is at (-1, -1).
static void pad(const LoamWarp *w, PaddedImage *p) {
  const int64_t row = w->width * w->channels, padded_row = padded_width(w) * w->channels;
  p->warp = *w;
  p->warp.input = p->pixels;
  p->warp.height = w->height + 2;
  p->warp.width = padded_width(w);
  p->warp.map[2] += 1;
  p->warp.map[5] += 1;
  memset(p->pixels, (int)(w->fill * 255.f), (size_t)((w->height + 2) * padded_row + 16));
  for (int64_t r = 0; r < w->height; r++)
    memcpy(p->pixels + (r + 1) * padded_row + w->channels, (const uint8_t *)w->input + r * row, (size_t)row);
}
