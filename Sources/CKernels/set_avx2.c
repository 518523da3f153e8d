#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LOAM_TABLE loam_kernels_avx2
#define LOAM_LABEL "avx2"
#define LOAM_FMA 1
#define LOAM_AVX2 1
#define TILE_ROWS 6      // A vector is two registers: 6 x 1 sums are 12, 2 of B and 1 of A fill 15 of 16.
#define TILE_HALF 3
#define TILE_VECTORS 1
#include "families/all.h"
#pragma clang attribute pop
#endif
