// Convolutions of images [n, h, w, c] with kernels [kh, kw, c, oc], by tiles (tile.h), without im2col. Images are copied
// into zero-padded buffers, several at a time, so that the taps of one kernel row are contiguous: an output pixel is a
// row of A in `kh` segments of `kw * c` elements, and the kernel is B as stored.
//   forward: y = x * w.
//   input:   the gradient of x, which is also the transposed convolution. It is split into stride phases, each a small
//            convolution with the taps of that phase. With few channels, the contributions of all taps are computed
//            first and then scattered (col2im).
//   weight:  the gradient of w: k runs over pixels, rows over taps.
// Groups of channels follow each other; the buffers hold those of one group. With one channel each: depthwise.h.

enum { NAME(images_bytes) = 384 << 10, NAME(few_channels) = 8 };

// Channels of one group, of the image and of the output.
INLINE int64_t NAME(in_each)(const LoamConvolution *p) { return p->c / p->groups; }
INLINE int64_t NAME(out_each)(const LoamConvolution *p) { return p->oc / p->groups; }

INLINE int64_t NAME(least)(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t NAME(most)(int64_t a, int64_t b) { return a > b ? a : b; }

// A padded image: `above` rows and `left` columns of zeros precede it.
typedef struct { int64_t height, width, channels, above, left, size; } NAME(Border);

static NAME(Border) NAME(border)(int64_t height, int64_t width, int64_t channels, int64_t above, int64_t left) {
  return (NAME(Border)){height, width, channels, above, left, height * width * channels};
}

static NAME(Border) NAME(x_border)(const LoamConvolution *p) {
  return NAME(border)(
    NAME(most)(p->top + p->h, (p->oh - 1) * p->stride_h + p->kh), NAME(most)(p->left + p->w, (p->ow - 1) * p->stride_w + p->kw),
    NAME(in_each)(p), p->top, p->left);
}

static NAME(Border) NAME(y_border)(const LoamConvolution *p) {
  int64_t above = (p->kh + p->stride_h - 1) / p->stride_h - 1, left = (p->kw + p->stride_w - 1) / p->stride_w - 1;
  return NAME(border)(
    above + NAME(most)(p->oh, (p->h - 1 + p->top) / p->stride_h + 1), left + NAME(most)(p->ow, (p->w - 1 + p->left) / p->stride_w + 1),
    NAME(out_each)(p), above, left);
}

static int64_t NAME(images_at_once)(const LoamConvolution *p, NAME(Border) border) {
  return NAME(least)(p->n, NAME(most)(1, NAME(images_bytes) / (int64_t)sizeof(TYPE) / NAME(most)(border.size, 1)));
}

// Copies channels [0, channels) of `pixels` pixels, which are `from_step` and `to_step` numbers apart.
static void NAME(copy_channels)(const TYPE *from, int64_t from_step, TYPE *to, int64_t to_step, int64_t channels, int64_t pixels) {
  if (from_step == channels && to_step == channels) { memcpy(to, from, (size_t)(pixels * channels) * sizeof(TYPE)); return; }
  for (int64_t i = 0; i < pixels; i++, from += from_step, to += to_step)
    for (int64_t k = 0; k < channels; k++) to[k] = from[k];
}

// `from` begins with the first channel of the group; its pixels have `channels` in all.
static void NAME(copy_into_border)(NAME(Border) b, const TYPE *from, int64_t channels, int64_t h, int64_t w, int64_t count, TYPE *to) {
  memset(to, 0, (size_t)(count * b.size) * sizeof(TYPE));
  for (int64_t i = 0; i < count; i++)
    for (int64_t y = 0; y < h; y++)
      NAME(copy_channels)(
        from + (i * h + y) * w * channels, channels, to + i * b.size + ((y + b.above) * b.width + b.left) * b.channels, b.channels, b.channels, w);
}

INLINE int64_t NAME(panel_width)(int64_t left) { return left < NAME(panel) ? left : NAME(panel); }

static int NAME(few)(const LoamConvolution *p) { return p->kind == LOAM_CONVOLUTION_INPUT && p->groups == 1 && p->c < NAME(few_channels); }

static int64_t NAME(convolution_units)(const LoamConvolution *p) {
  if (p->kind != LOAM_CONVOLUTION_WEIGHT) return p->n;
  return NAME(is_depthwise)(p) ? p->kh * p->kw : p->groups * p->kh * ((p->kw * NAME(in_each)(p) + TILE_ROWS - 1) / TILE_ROWS);
}

static NAME(Border) NAME(held_border)(const LoamConvolution *p) {
  return p->kind == LOAM_CONVOLUTION_INPUT && !NAME(few)(p) ? NAME(y_border)(p) : NAME(x_border)(p);
}

// Number of images per tile of work.
static int64_t NAME(convolution_block)(const LoamConvolution *p) { return NAME(most)(1, NAME(images_at_once)(p, NAME(held_border)(p))); }

static int64_t NAME(convolution_scratch)(const LoamConvolution *p) {
  NAME(Border) border = NAME(held_border)(p);
  int64_t images = NAME(images_at_once)(p, border), pixels = p->oh * p->ow, taps = p->kh * p->kw;
  int64_t held = images * border.size, in = NAME(in_each)(p), out = NAME(out_each)(p);
  if (NAME(is_depthwise)(p)) return 0;
  switch (p->kind) {
    case LOAM_CONVOLUTION_FORWARD: held += taps * in * NAME(panel); break;
    case LOAM_CONVOLUTION_WEIGHT: held += images * pixels * (NAME(panel) + (int64_t)(sizeof(TYPE *) / sizeof(TYPE) + 1)); break;
    default: held += NAME(few)(p) ? NAME(round_up)(taps * in) * (out + pixels) : taps * out * NAME(panel);
  }
  return (held + 64) * (int64_t)sizeof(TYPE);
}

static void NAME(convolution_forward)(const LoamConvolution *p, int64_t group, int64_t begin, int64_t end, TYPE *scratch) {
  const NAME(Border) b = NAME(x_border)(p);
  const int64_t in = NAME(in_each)(p), out = NAME(out_each)(p);
  const int64_t images = NAME(images_at_once)(p, b), k = p->kh * p->kw * in, pixels = p->oh * p->ow;
  TYPE *packed = scratch, *held = scratch + NAME(round_up)(k * NAME(panel));
  for (int64_t first = begin; first < end; first += images) {
    int64_t count = NAME(least)(images, end - first), width;
    NAME(copy_into_border)(b, (const TYPE *)p->a + first * p->h * p->w * p->c + group * in, p->c, p->h, p->w, count, held);
    TYPE *y = (TYPE *)p->y + first * pixels * p->oc + group * out;
    for (int64_t column = 0; column < out; column += width) {
      width = NAME(panel_width)(out - column);
      NAME(pack)((const TYPE *)p->b + group * out + column, p->oc, width, k, packed);
      NAME(Tile) t = {
        .segments = p->kh, .k = p->kw * in, .segment_step = b.width * b.channels, .b = packed, .b_step = NAME(round_up)(width)};
      int64_t image = 0, oy = 0, ox = 0, rows = count * pixels;
      for (int64_t row = 0; row < rows;) {
        int some = 0;
        for (; some < TILE_ROWS && row < rows; some++, row++) {
          t.rows[some] = held + image * b.size + (oy * p->stride_h * b.width + ox * p->stride_w) * b.channels;
          t.c[some] = y + row * p->oc + column;
          if (++ox == p->ow) { ox = 0; if (++oy == p->oh) { oy = 0; image++; } }
        }
        NAME(run_tile)(&t, some, width, 0);
      }
    }
  }
}

// One phase in one direction: positions start, start + stride, ... use the taps rest, rest + stride, ...
typedef struct { int64_t start, taps, rest; } NAME(Phase);

static NAME(Phase) NAME(phase)(int64_t rest, int64_t kernel, int64_t stride, int64_t before) {
  return (NAME(Phase)){((rest - before) % stride + stride) % stride, rest < kernel ? (kernel - rest + stride - 1) / stride : 0, rest};
}

static void NAME(input_phase)(
  const LoamConvolution *p, int64_t group, NAME(Border) b, NAME(Phase) py, NAME(Phase) px, const TYPE *held, int64_t count, TYPE *packed, TYPE *x)
{
  const int64_t in = NAME(in_each)(p), out = NAME(out_each)(p);
  int64_t width;
  for (int64_t column = 0; column < in; column += width) {
    width = NAME(panel_width)(in - column);
    int64_t wide = NAME(round_up)(width);
    // Taps in descending order, since the pixels of y ascend.
    for (int64_t ty = 0; ty < py.taps; ty++)
      for (int64_t tx = 0; tx < px.taps; tx++) {
        int64_t ky = py.rest + p->stride_h * (py.taps - 1 - ty), kx = px.rest + p->stride_w * (px.taps - 1 - tx);
        NAME(pack_turned)(
          (const TYPE *)p->b + ((ky * p->kw + kx) * in + column) * p->oc + group * out, p->oc, width, out, packed + (ty * px.taps + tx) * out * wide);
      }
    NAME(Tile) t = {.segments = py.taps, .k = px.taps * out, .segment_step = b.width * b.channels, .b = packed, .b_step = wide};
    int some = 0;
    for (int64_t i = 0; i < count; i++)
      for (int64_t y = py.start; y < p->h; y += p->stride_h)
        for (int64_t xx = px.start; xx < p->w; xx += p->stride_w) {
          int64_t row = b.above + (y + p->top - py.rest) / p->stride_h - (py.taps - 1);
          int64_t place = b.left + (xx + p->left - px.rest) / p->stride_w - (px.taps - 1);
          t.rows[some] = held + i * b.size + (row * b.width + place) * b.channels;
          t.c[some] = x + ((i * p->h + y) * p->w + xx) * p->c + group * in + column;
          if (++some == TILE_ROWS) { NAME(run_tile)(&t, some, width, 0); some = 0; }
        }
    if (some) NAME(run_tile)(&t, some, width, 0);
  }
}

static void NAME(convolution_input)(const LoamConvolution *p, int64_t group, int64_t begin, int64_t end, TYPE *scratch) {
  const NAME(Border) b = NAME(y_border)(p);
  const int64_t images = NAME(images_at_once)(p, b);
  TYPE *packed = scratch, *held = scratch + NAME(round_up)(p->kh * p->kw * NAME(out_each)(p) * NAME(panel));
  for (int64_t first = begin; first < end; first += images) {
    int64_t count = NAME(least)(images, end - first);
    NAME(copy_into_border)(b, (const TYPE *)p->a + first * p->oh * p->ow * p->oc + group * NAME(out_each)(p), p->oc, p->oh, p->ow, count, held);
    TYPE *x = (TYPE *)p->y + first * p->h * p->w * p->c;
    for (int64_t ry = 0; ry < p->stride_h; ry++)
      for (int64_t rx = 0; rx < p->stride_w; rx++) {
        NAME(Phase) py = NAME(phase)(ry, p->kh, p->stride_h, p->top), px = NAME(phase)(rx, p->kw, p->stride_w, p->left);
        NAME(input_phase)(p, group, b, py, px, held, count, packed, x);
      }
  }
}

static void NAME(convolution_input_few)(const LoamConvolution *p, int64_t group, int64_t begin, int64_t end, TYPE *scratch) {
  const NAME(Border) b = NAME(x_border)(p);
  const int64_t in = NAME(in_each)(p), out = NAME(out_each)(p);
  const int64_t taps = p->kh * p->kw * in, wide = NAME(round_up)(taps), pixels = p->oh * p->ow, run = p->kw * in;
  TYPE *packed = scratch, *parts = packed + wide * out, *sums = parts + wide * pixels;
  int64_t width;
  for (int64_t column = 0; column < taps; column += width) {
    width = NAME(panel_width)(taps - column);
    NAME(pack_turned)((const TYPE *)p->b + column * p->oc + group * out, p->oc, width, out, packed + column * out);
  }
  for (int64_t image = begin; image < end; image++) {
    const TYPE *g = (const TYPE *)p->a + image * pixels * p->oc + group * out;
    for (int64_t column = 0; column < taps; column += width) {
      width = NAME(panel_width)(taps - column);
      NAME(Tile) t = {.segments = 1, .k = out, .b = packed + column * out, .b_step = NAME(round_up)(width)};
      for (int64_t row = 0; row < pixels; row += TILE_ROWS) {
        int rows = (int)NAME(least)(pixels - row, TILE_ROWS);
        for (int r = 0; r < rows; r++) {
          t.rows[r] = g + (row + r) * p->oc;
          t.c[r] = parts + (row + r) * wide + column;
        }
        NAME(run_tile)(&t, rows, t.b_step, 0);
      }
    }
    memset(sums, 0, (size_t)b.size * sizeof(TYPE));
    for (int64_t pixel = 0; pixel < pixels; pixel++)
      for (int64_t ky = 0; ky < p->kh; ky++) {
        TYPE *to = sums + ((pixel / p->ow * p->stride_h + ky) * b.width + pixel % p->ow * p->stride_w) * in;
        const TYPE *from = parts + pixel * wide + ky * run;
        for (int64_t i = 0; i < run; i++) to[i] += from[i];
      }
    for (int64_t y = 0; y < p->h; y++)
      NAME(copy_channels)(
        sums + ((y + b.above) * b.width + b.left) * in, in, (TYPE *)p->y + (image * p->h + y) * p->w * p->c + group * in, p->c, in, p->w);
  }
}

// Units are tiles of `TILE_ROWS` adjacent taps of one kernel row, of this group.
static void NAME(convolution_weight)(const LoamConvolution *p, int64_t group, int64_t begin, int64_t end, TYPE *scratch) {
  const NAME(Border) b = NAME(x_border)(p);
  const int64_t in = NAME(in_each)(p), out = NAME(out_each)(p);
  const int64_t images = NAME(images_at_once)(p, b), pixels = p->oh * p->ow, run = p->kw * in, tiles = (run + TILE_ROWS - 1) / TILE_ROWS;
  const TYPE **steps = (const TYPE **)scratch;
  TYPE *packed = (TYPE *)(steps + images * pixels), *held = packed + images * pixels * NAME(panel);
  if (p->n == 0 && group == 0) memset(p->y, 0, (size_t)(p->kh * run * p->oc) * sizeof(TYPE));
  for (int64_t first = 0; first < p->n; first += images) {
    int64_t count = NAME(least)(images, p->n - first), width;
    NAME(copy_into_border)(b, (const TYPE *)p->a + first * p->h * p->w * p->c + group * in, p->c, p->h, p->w, count, held);
    for (int64_t i = 0, at = 0; i < count; i++)
      for (int64_t oy = 0; oy < p->oh; oy++)
        for (int64_t ox = 0; ox < p->ow; ox++)
          steps[at++] = held + i * b.size + (oy * p->stride_h * b.width + ox * p->stride_w) * in;
    for (int64_t column = 0; column < out; column += width) {
      width = NAME(panel_width)(out - column);
      NAME(pack)((const TYPE *)p->b + first * pixels * p->oc + group * out + column, p->oc, width, count * pixels, packed);
      for (int64_t unit = begin; unit < end; unit++) {
        int64_t ky = unit / tiles, place = unit % tiles * TILE_ROWS;
        int rows = (int)NAME(least)(run - place, TILE_ROWS);
        NAME(Tile) t = {
          .steps = steps, .offset = ky * b.width * in + place, .segments = 1, .k = count * pixels, .b = packed, .b_step = NAME(round_up)(width),
          .more = first > 0};
        for (int r = 0; r < rows; r++) t.c[r] = (TYPE *)p->y + (ky * run + place + r) * p->oc + group * out + column;
        NAME(run_tile)(&t, rows, width, 1);
      }
    }
  }
}

static void NAME(convolution)(const LoamConvolution *p, int64_t begin, int64_t end, void *scratch) {
  if (NAME(is_depthwise)(p)) { NAME(depthwise)(p, begin, end); return; }
  // Units of the weights are numbered over the groups.
  const int64_t each = NAME(convolution_units)(p) / p->groups;
  for (int64_t group = 0; group < p->groups; group++)
    switch (p->kind) {
      case LOAM_CONVOLUTION_FORWARD: NAME(convolution_forward)(p, group, begin, end, scratch); break;
      case LOAM_CONVOLUTION_WEIGHT: {
        const int64_t first = NAME(most)(begin - group * each, 0), last = NAME(least)(end - group * each, each);
        if (first < last) NAME(convolution_weight)(p, group, first, last, scratch);
        break;
      }
      default: (NAME(few)(p) ? NAME(convolution_input_few) : NAME(convolution_input))(p, group, begin, end, scratch);
    }
}
