// Data embedded in the binary: the part of the library that is written in Loam, and two small data sets.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *name;
  const uint8_t *bytes;   // null if there is no such file
  size_t count;
} LoamFile;

int loam_prelude_count(void);
LoamFile loam_prelude(int index);
LoamFile loam_data(const char *name);
