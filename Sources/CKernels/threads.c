// A pool of threads that share one task by static splits. Between tasks a thread spins briefly,
// then sleeps on a futex, so that a busy second core slows the pool and never stalls it.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "include/CKernels.h"

enum { SPINS = 2000 };

struct LoamPool {
  int threads;
  pthread_t *others;
  LoamTask task;
  const void *context;
  atomic_uint round;      // counts tasks; the sleepers' futex
  atomic_uint working;    // threads that have not finished the task; the caller's futex
  atomic_int sleepers, caller_sleeps, closing;
};

typedef struct { LoamPool *pool; int index; } Start;

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void sleep_on(atomic_uint *word, unsigned value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, 0, 0, 0);
}

static void wake(atomic_uint *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1 << 30, 0, 0, 0); }

// Results too small for a normal float are flushed on no thread: one denormal mode, the default.
static void *worker(void *argument) {
  Start start = *(Start *)argument;
  free(argument);
  LoamPool *pool = start.pool;
  unsigned seen = 0;
  for (;;) {
    for (int i = 0; i < SPINS && atomic_load(&pool->round) == seen; i++) pause_briefly();
    while (atomic_load(&pool->round) == seen) {
      atomic_fetch_add(&pool->sleepers, 1);
      sleep_on(&pool->round, seen);
      atomic_fetch_sub(&pool->sleepers, 1);
    }
    seen++;
    if (atomic_load(&pool->closing)) return 0;
    pool->task(pool->context, start.index, pool->threads);
    if (atomic_fetch_sub(&pool->working, 1) == 1 && atomic_load(&pool->caller_sleeps)) wake(&pool->working);
  }
}

LoamPool *loam_pool_create(int threads) {
  LoamPool *pool = calloc(1, sizeof *pool);
  if (!pool) abort();
  pool->threads = 1;
  pool->others = calloc((size_t)(threads > 1 ? threads : 1), sizeof(pthread_t));
  if (!pool->others) abort();
  for (int i = 1; i < threads; i++) {
    Start *start = malloc(sizeof *start);
    if (!start) break;
    *start = (Start){pool, i};
    if (pthread_create(&pool->others[i], 0, worker, start)) { free(start); break; }
    pool->threads = i + 1;
  }
  return pool;
}

void loam_pool_run(LoamPool *pool, LoamTask task, const void *context) {
  if (pool->threads == 1) { task(context, 0, 1); return; }
  pool->task = task;
  pool->context = context;
  atomic_store(&pool->working, (unsigned)pool->threads - 1);
  atomic_fetch_add(&pool->round, 1);
  if (atomic_load(&pool->sleepers)) wake(&pool->round);
  task(context, 0, pool->threads);
  unsigned left;
  for (int i = 0; i < SPINS && atomic_load(&pool->working); i++) pause_briefly();
  while ((left = atomic_load(&pool->working))) {
    atomic_store(&pool->caller_sleeps, 1);
    if ((left = atomic_load(&pool->working))) sleep_on(&pool->working, left);
    atomic_store(&pool->caller_sleeps, 0);
  }
}

void loam_pool_destroy(LoamPool *pool) {
  atomic_store(&pool->closing, 1);
  atomic_fetch_add(&pool->round, 1);
  wake(&pool->round);
  for (int i = 1; i < pool->threads; i++) pthread_join(pool->others[i], 0);
  free(pool->others);
  free(pool);
}

int loam_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}
