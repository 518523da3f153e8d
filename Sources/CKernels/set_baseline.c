// The baseline of each architecture: SSE2 on x86-64 (no fused multiply-add, so the bits differ), NEON on arm64 (fused, the
// same bits as AVX).
#if defined(__aarch64__)
#define LOAM_LABEL "neon"
#define LOAM_FMA 1
#else
#define LOAM_LABEL "baseline"
#define LOAM_FMA 0
#endif
#define LOAM_TABLE loam_kernels_baseline
#define TILE_ROWS 4
#define TILE_HALF 2
#define TILE_VECTORS 1
#include "families/all.h"
