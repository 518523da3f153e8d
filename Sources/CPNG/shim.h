// libpng reports errors by longjmp, which must not cross Swift's frames. Its simplified interface never does, but it
// converts 16 bits to linear light and has fixed compression settings, so this function is used instead.
#ifndef LOAM_PNG_H
#define LOAM_PNG_H

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// A file in memory, and the last error.
typedef struct {
  unsigned char *bytes;
  size_t count, position;
  char message[96];
} LoamPNGMemory;

static inline void loam_png_fail(png_structp png, png_const_charp message) {
  LoamPNGMemory *memory = (LoamPNGMemory *)png_get_error_ptr(png);
  snprintf(memory->message, sizeof memory->message, "%s", message);
  png_longjmp(png, 1);
}

static inline void loam_png_warn(png_structp png, png_const_charp message) {}

static inline void loam_png_take(png_structp png, png_bytep data, size_t size) {
  LoamPNGMemory *memory = (LoamPNGMemory *)png_get_io_ptr(png);
  if (size > memory->count - memory->position) png_error(png, "the file breaks off");
  memcpy(data, memory->bytes + memory->position, size);
  memory->position += size;
}

// Decodes a file of 16 bits per channel without conversion, in the machine's byte order: 1 channel for grey, 3 for
// colour, 4 if it has transparency. `rows` points to `height` rows of `channels * width` numbers. Returns 0 on errors.
static inline int loam_png_read16(LoamPNGMemory *memory, unsigned height, unsigned width, unsigned channels, unsigned char **rows) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, memory, loam_png_fail, loam_png_warn);
  png_infop info = png ? png_create_info_struct(png) : 0;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, 0);
    return 0;
  }
  png_set_read_fn(png, memory, loam_png_take);
  png_read_info(png, info);
  if (png_get_bit_depth(png, info) != 16) png_error(png, "expected 16 bits a channel");
  if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
  if (channels == 4) png_set_gray_to_rgb(png);
  const unsigned short one = 1;
  if (*(const unsigned char *)&one) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_image_height(png, info) != height || png_get_image_width(png, info) != width ||
      png_get_rowbytes(png, info) != (size_t)width * channels * 2) {
    png_error(png, "the header contradicts itself");
  }
  png_read_image(png, rows);
  png_read_end(png, 0);
  png_destroy_read_struct(&png, &info, 0);
  return 1;
}

// Decodes the numbers that a file of at most 8 bits stores for its pixels: the positions in its palette, or its grey levels,
// not scaled. `rows` points to `height` rows of `width` bytes. Returns 0 on errors.
static inline int loam_png_read_numbers(LoamPNGMemory *memory, unsigned height, unsigned width, unsigned char **rows) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, memory, loam_png_fail, loam_png_warn);
  png_infop info = png ? png_create_info_struct(png) : 0;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, 0);
    return 0;
  }
  png_set_read_fn(png, memory, loam_png_take);
  png_read_info(png, info);
  png_set_packing(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_image_height(png, info) != height || png_get_image_width(png, info) != width || png_get_rowbytes(png, info) != width) {
    png_error(png, "the header contradicts itself");
  }
  png_read_image(png, rows);
  png_read_end(png, 0);
  png_destroy_read_struct(&png, &info, 0);
  return 1;
}

#endif
