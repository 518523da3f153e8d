#if defined(__x86_64__)
#include <stdint.h>
#include "families/byte_table_wide.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define LOAM_TABLE loam_kernels_avx512
#define LOAM_LABEL "avx512"
#define LOAM_FMA 1
#define LOAM_AVX2 1
#define LOAM_AVX512 1
#define LOAM_WIDE_TABLES 1
#define LOAM_STREAMS 1   // Measured on Zen 4; on Zen 3, which has no AVX-512, rows that go through the caches were faster.
#define TILE_ROWS 8      // 8 x 3 sums, 3 of B and 1 of A fill 28 of 32 registers.
#define TILE_HALF 4
#define TILE_VECTORS 3
#include "families/all.h"
#pragma clang attribute pop
#endif
