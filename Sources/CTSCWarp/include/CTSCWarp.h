// The CPU's time stamp counter, and whether those of two CPUs are in step.

#ifndef CTSCWARP_H
#define CTSCWARP_H

#include <stdbool.h>
#include <stdint.h>

struct xq_tsc_warp {
  /// By how many cycles the counter went back between one CPU and the other, at most.
  uint64_t most;
  /// How often it did.
  uint64_t count;
  /// How often both looked.
  uint64_t looks;
};

/// The counter of the CPU that this runs on, read after all that stands before; 0 where there is none.
uint64_t xq_tsc(void);

/// Lets one thread on each of two CPUs read the counter in turn for some milliseconds; false where a
/// thread can't be bound to its CPU.
bool xq_tsc_compare(int reference, int cpu, int milliseconds, struct xq_tsc_warp *result);

#endif
