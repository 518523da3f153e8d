// libtiff passes fields as variadic arguments, which Swift cannot pass, and reports errors to process-wide handlers
// unless each file is opened with its own.
#ifndef LOAM_TIFF_H
#define LOAM_TIFF_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

// A file in memory, and the last error.
typedef struct {
  const unsigned char *bytes;
  toff_t count, position;
  char message[160];
} LoamTIFFSource;

static inline tmsize_t loam_tiff_read(thandle_t handle, void *buffer, tmsize_t size) {
  LoamTIFFSource *source = (LoamTIFFSource *)handle;
  toff_t left = source->position < source->count ? source->count - source->position : 0;
  toff_t take = size < 0 ? 0 : (toff_t)size < left ? (toff_t)size : left;
  memcpy(buffer, source->bytes + (take ? source->position : 0), (size_t)take);
  source->position += take;
  return (tmsize_t)take;
}

static inline tmsize_t loam_tiff_write(thandle_t handle, void *buffer, tmsize_t size) { return 0; }
static inline toff_t loam_tiff_seek(thandle_t handle, toff_t offset, int from) {
  LoamTIFFSource *source = (LoamTIFFSource *)handle;
  source->position = from == SEEK_SET ? offset : from == SEEK_CUR ? source->position + offset : source->count + offset;
  return source->position;
}
static inline int loam_tiff_close(thandle_t handle) { return 0; }
static inline toff_t loam_tiff_size(thandle_t handle) { return ((LoamTIFFSource *)handle)->count; }
static inline int loam_tiff_error(TIFF *tiff, void *source, const char *module, const char *format, va_list arguments) {
  vsnprintf(((LoamTIFFSource *)source)->message, sizeof ((LoamTIFFSource *)source)->message, format, arguments);
  return 1;
}
static inline int loam_tiff_warning(TIFF *tiff, void *source, const char *module, const char *format, va_list arguments) { return 1; }

// "m": no memory mapping. `most` is the largest single allocation that the file may ask for.
static inline TIFF *loam_tiff_open(LoamTIFFSource *source, tmsize_t most) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return 0;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, most);
  TIFFOpenOptionsSetErrorHandlerExtR(options, loam_tiff_error, source);
  TIFFOpenOptionsSetWarningHandlerExtR(options, loam_tiff_warning, source);
  TIFF *tiff = TIFFClientOpenExt(
      "picture", "rm", (thandle_t)source, loam_tiff_read, loam_tiff_write, loam_tiff_seek, loam_tiff_close, loam_tiff_size, 0, 0, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

static inline uint32_t loam_tiff_long(TIFF *tiff, uint32_t tag) {
  uint32_t value = 0;
  return TIFFGetField(tiff, tag, &value) ? value : 0;
}

static inline uint16_t loam_tiff_short(TIFF *tiff, uint32_t tag, uint16_t otherwise) {
  uint16_t value = 0;
  return TIFFGetFieldDefaulted(tiff, tag, &value) ? value : otherwise;
}

// The meaning of the first extra sample; 0 if there is none or it is unspecified.
static inline uint16_t loam_tiff_extra(TIFF *tiff) {
  uint16_t count = 0, *kinds = 0;
  return TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0 && kinds ? kinds[0] : 0;
}

#endif
