#define _GNU_SOURCE
#include "CTSCWarp.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#if defined(__x86_64__)
uint64_t xq_tsc(void) {
  uint32_t low, high;
  __asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high)::"memory");
  return (uint64_t)high << 32 | low;
}
#else
uint64_t xq_tsc(void) { return 0; }
#endif

// As check_tsc_warp of Linux (arch/x86/kernel/tsc_sync.c): under a lock, what one CPU reads must not
// be less than what the other one read before.
struct shared {
  atomic_flag lock;
  atomic_int waiting;
  uint64_t last;
  int64_t nanoseconds;
  struct xq_tsc_warp found;
};

struct side {
  struct shared *shared;
  int cpu;
  bool bound;
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void *look(void *argument) {
  struct side *side = argument;
  struct shared *shared = side->shared;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (side->cpu < CPU_SETSIZE) CPU_SET(side->cpu, &set);
  side->bound = pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0;
  int64_t start = now();
  atomic_fetch_sub(&shared->waiting, 1);
  // The other thread may not come: nobody waits for ever.
  while (atomic_load(&shared->waiting) > 0 && now() - start < 1000000000) sched_yield();
  int64_t end = now() + shared->nanoseconds;
  for (uint64_t round = 0; (round & 63) != 0 || now() < end; round++) {
    while (atomic_flag_test_and_set_explicit(&shared->lock, memory_order_acquire)) {
    }
    uint64_t tsc = xq_tsc();
    if (tsc < shared->last) {
      uint64_t warp = shared->last - tsc;
      if (warp > shared->found.most) shared->found.most = warp;
      shared->found.count++;
    }
    shared->last = tsc;
    shared->found.looks++;
    atomic_flag_clear_explicit(&shared->lock, memory_order_release);
  }
  return NULL;
}

bool xq_tsc_compare(int reference, int cpu, int milliseconds, struct xq_tsc_warp *result) {
  struct shared shared = {.lock = ATOMIC_FLAG_INIT,
                          .nanoseconds = (int64_t)milliseconds * 1000000};
  atomic_init(&shared.waiting, 2);
  struct side one = {&shared, reference, false}, other = {&shared, cpu, false};
  pthread_t threads[2];
  if (pthread_create(&threads[0], NULL, look, &one) != 0) return false;
  if (pthread_create(&threads[1], NULL, look, &other) != 0) {
    atomic_store(&shared.waiting, 0);
    pthread_join(threads[0], NULL);
    return false;
  }
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  *result = shared.found;
  return one.bound && other.bound;
}
