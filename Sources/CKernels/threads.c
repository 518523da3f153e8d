// A work-stealing thread pool. A task is split into pieces; each thread starts with a run of adjacent pieces, and steals
// from other runs when its own is empty. Results do not depend on which thread computes a piece, so the bits are the same.
// The caller does not wait for a thread that has claimed nothing. A thread that stalls the others, because another program
// occupies its processor, is excluded for a while, so that a busy processor only costs its own share of the performance.
// Between tasks a thread spins briefly, then sleeps on a futex.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "include/CKernels.h"

enum { SPINS = 2000 };

// A wait is a stall if it is longer than this plus twice the caller's own work; in nanoseconds.
enum { STALL = 300 * 1000 };
// A thread is excluded when its stalls add up to this, in nanoseconds; the total decays by an eighth of the elapsed time,
// so that single short stalls have no effect. It is about the time slice of another program on the processor.
enum { PATIENCE = 2500 * 1000 };
// A stalled thread rests for this many times the duration of the stall, doubled for each stall that follows soon, so that
// probing whether its processor is free again costs at most a few percent of the time.
enum { FIRST_REST = 8, LAST_REST = 64 };
static const int64_t SHORTEST_REST = 20 * 1000000, LONGEST_REST = 4 * (int64_t)1000000000;

typedef struct {
  // Round in the upper 32 bits, then the next piece and the end of the pieces, 16 bits each.
  _Alignas(128) atomic_ullong claim;
  // Accessed by the caller only.
  int64_t rests_until, rest, times, stalled, stalled_at;
  atomic_int is_resting;
} Slot;

struct LoamPool {
  int threads;
  pthread_t *others;
  Slot *slots;
  LoamTask task;
  const void *context;
  int pieces;
  atomic_uint round;      // task counter; the futex of the sleeping threads
  atomic_uint left;       // unfinished pieces; the futex of the caller
  atomic_int last;        // the thread that finished the last piece
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

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Claims the next piece of a run in this round; -1 if there is none. A claim for an older round always fails, so a late
// thread cannot touch a finished task.
static int take(Slot *slot, unsigned round) {
  unsigned long long claim = atomic_load(&slot->claim);
  for (;;) {
    unsigned next = claim >> 16 & 0xFFFF, end = claim & 0xFFFF;
    if ((unsigned)(claim >> 32) != round || next >= end) return -1;
    if (atomic_compare_exchange_weak(&slot->claim, &claim, claim + 0x10000)) return (int)next;
  }
}

static void work(LoamPool *pool, int self, unsigned round) {
  for (int step = 0; step < pool->threads; step++) {
    Slot *slot = &pool->slots[(self + step) % pool->threads];
    for (int piece; (piece = take(slot, round)) >= 0;) {
      pool->task(pool->context, piece, pool->pieces, self);
      if (atomic_load(&pool->left) == 1) atomic_store(&pool->last, self);
      if (atomic_fetch_sub(&pool->left, 1) == 1 && atomic_load(&pool->caller_sleeps)) wake(&pool->left);
    }
  }
}

// No thread flushes denormals: all use the default floating-point mode.
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
    seen = atomic_load(&pool->round);
    if (atomic_load(&pool->closing)) return 0;
    if (!atomic_load(&pool->slots[start.index].is_resting)) work(pool, start.index, seen);
  }
}

LoamPool *loam_pool_create(int threads) {
  LoamPool *pool = calloc(1, sizeof *pool);
  size_t count = (size_t)(threads > 1 ? threads : 1);
  if (!pool) abort();
  pool->threads = 1;
  pool->others = calloc(count, sizeof(pthread_t));
  pool->slots = aligned_alloc(_Alignof(Slot), count * sizeof(Slot));
  if (!pool->others || !pool->slots) abort();
  for (size_t i = 0; i < count; i++) pool->slots[i] = (Slot){0};
  for (int i = 1; i < threads; i++) {
    Start *start = malloc(sizeof *start);
    if (!start) break;
    *start = (Start){pool, i};
    if (pthread_create(&pool->others[i], 0, worker, start)) { free(start); break; }
    pool->threads = i + 1;
  }
  return pool;
}

// Distributes the pieces in runs to the threads that are not resting. Returns the number of these threads.
static int deal(LoamPool *pool, int pieces, unsigned round, int64_t time) {
  int active = 0;
  for (int i = 0; i < pool->threads; i++) {
    Slot *slot = &pool->slots[i];
    int is_resting = slot->rests_until > time;
    if (is_resting != atomic_load(&slot->is_resting)) atomic_store(&slot->is_resting, is_resting);
    active += !is_resting;
  }
  if (active == 1) return 1;
  for (int i = 0, place = 0; i < pool->threads; i++) {
    int is_resting = atomic_load(&pool->slots[i].is_resting);
    unsigned long long first = (unsigned long long)(pieces * place / active);
    unsigned long long end = is_resting ? first : (unsigned long long)(pieces * (place + 1) / active);
    atomic_store(&pool->slots[i].claim, (unsigned long long)round << 32 | first << 16 | end);
    place += !is_resting;
  }
  return active;
}

// Records a stall of the last thread, and excludes it from the next tasks if its stalls add up.
static void note_stall(LoamPool *pool, int64_t wait, int64_t time) {
  Slot *slot = &pool->slots[atomic_load(&pool->last)];
  if (slot == pool->slots) return;
  int64_t forgiven = (time - slot->stalled_at) / 8;
  slot->stalled = wait + (slot->stalled > forgiven ? slot->stalled - forgiven : 0);
  slot->stalled_at = time;
  if (slot->stalled < PATIENCE) return;
  slot->stalled = 0;
  int is_repeated = slot->times > 0 && time - slot->rests_until < slot->rest;
  slot->times = !is_repeated ? FIRST_REST : 2 * slot->times < LAST_REST ? 2 * slot->times : LAST_REST;
  slot->rest = slot->times * wait;
  if (slot->rest < SHORTEST_REST) slot->rest = SHORTEST_REST;
  if (slot->rest > LONGEST_REST) slot->rest = LONGEST_REST;
  slot->rests_until = time + slot->rest;
}

void loam_pool_run(LoamPool *pool, LoamTask task, const void *context, int pieces) {
  if (pieces > 0xFFFF) pieces = 0xFFFF;
  int64_t start = pool->threads > 1 ? now() : 0;
  // Must be written before the claims, which publish them.
  pool->task = task;
  pool->context = context;
  pool->pieces = pieces;
  unsigned round = atomic_load(&pool->round) + 1;
  if (pool->threads == 1 || deal(pool, pieces, round, start) == 1) {
    task(context, 0, 1, 0);
    return;
  }
  atomic_store(&pool->left, (unsigned)pieces);
  atomic_store(&pool->round, round);
  if (atomic_load(&pool->sleepers)) wake(&pool->round);
  work(pool, 0, round);
  unsigned left = 0;
  for (int i = 0; i < SPINS && (left = atomic_load(&pool->left)); i++) pause_briefly();
  if (!left) return;
  int64_t finished = now();
  while ((left = atomic_load(&pool->left))) {
    atomic_store(&pool->caller_sleeps, 1);
    if ((left = atomic_load(&pool->left))) sleep_on(&pool->left, left);
    atomic_store(&pool->caller_sleeps, 0);
  }
  int64_t end = now();
  if (end - finished > 2 * (finished - start) + STALL) note_stall(pool, end - finished, end);
}

void loam_pool_destroy(LoamPool *pool) {
  atomic_store(&pool->closing, 1);
  atomic_fetch_add(&pool->round, 1);
  wake(&pool->round);
  for (int i = 1; i < pool->threads; i++) pthread_join(pool->others[i], 0);
  free(pool->others);
  free(pool->slots);
  free(pool);
}

int loam_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}
