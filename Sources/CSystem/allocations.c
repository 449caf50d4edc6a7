// SPDX-License-Identifier: Apache-2.0
// Counts heap allocations where the linker was told to --wrap them. Elsewhere the __real_…
// symbols stay undefined, which is how the query can tell.
#define _GNU_SOURCE
#include "csystem.h"

#include <stdatomic.h>

#define REAL extern __attribute__((weak))
REAL void *__real_malloc(size_t);
REAL void *__real_calloc(size_t, size_t);
REAL void *__real_realloc(void *, size_t);
REAL int __real_posix_memalign(void **, size_t, size_t);
REAL void *__real_aligned_alloc(size_t, size_t);

static atomic_long allocations;

void *__wrap_malloc(size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  return __real_realloc(old, size);
}

int __wrap_posix_memalign(void **result, size_t alignment, size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  return __real_posix_memalign(result, alignment, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  return __real_aligned_alloc(alignment, size);
}

int64_t tm_allocations(void) {
  return __real_malloc ? (int64_t)atomic_load_explicit(&allocations, memory_order_relaxed) : -1;
}
