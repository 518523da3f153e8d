#include <string.h>
#include "include/CKernels.h"

extern const LoamKernels loam_kernels_baseline, loam_kernels_reference;
#if defined(__x86_64__)
extern const LoamKernels loam_kernels_avx512, loam_kernels_avx2;

static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

const LoamKernels *loam_kernels_named(const char *name) {
#if defined(__x86_64__)
  if (strcmp(name, "avx512") == 0) return has_avx512() ? &loam_kernels_avx512 : 0;
  if (strcmp(name, "avx2") == 0) return has_avx2() ? &loam_kernels_avx2 : 0;
#endif
  if (strcmp(name, loam_kernels_reference.name) == 0) return &loam_kernels_reference;
  return strcmp(name, loam_kernels_baseline.name) == 0 ? &loam_kernels_baseline : 0;
}

const LoamKernels *loam_kernels(void) {
  const LoamKernels *table = loam_kernels_named("avx512");
  if (!table) table = loam_kernels_named("avx2");
  return table ? table : &loam_kernels_baseline;
}
