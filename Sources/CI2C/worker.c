// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "jobs.h"

/// Stack of a worker: a job needs less than 1 KiB of it.
enum { STACK = 65536 };

/// Both rings have one writer and one reader: `head` is the writer's, `tail` the reader's. At most
/// CI2C_RING jobs are under way, so there is always room for their results.
struct ci2c_worker {
  int bus;
  int ready;
  sem_t requests;
  atomic_int owners;
  atomic_bool is_stopped;
  _Atomic uint32_t job_head, job_tail;
  _Atomic uint32_t result_head, result_tail;
  ci2c_job jobs[CI2C_RING];
  ci2c_result results[CI2C_RING];
};

/// The thread and whoever started it each hold the worker; the last one frees it.
static void release(ci2c_worker *worker) {
  if (atomic_fetch_sub(&worker->owners, 1) != 1) return;
  close(worker->ready);
  sem_destroy(&worker->requests);
  free(worker);
}

static void run_next(ci2c_worker *worker) {
  uint32_t tail = atomic_load_explicit(&worker->job_tail, memory_order_relaxed);
  uint32_t head = atomic_load_explicit(&worker->result_head, memory_order_relaxed);
  const ci2c_job *job = &worker->jobs[tail % CI2C_RING];
  ci2c_result *result = &worker->results[head % CI2C_RING];
  if (job->deadline_ns < ci2c_monotonic_ns()) {
    *result = (ci2c_result){.token = job->token, .error = ETIME, .step = -1};
  } else {
    ci2c_run(worker->bus, job, result);
  }
  atomic_store_explicit(&worker->job_tail, tail + 1, memory_order_release);
  atomic_store_explicit(&worker->result_head, head + 1, memory_order_release);
  uint64_t one = 1;
  while (write(worker->ready, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

static void *work(void *argument) {
  ci2c_worker *worker = argument;
  pthread_setname_np(pthread_self(), worker->bus < 0 ? "sensor files" : "i2c bus");
  for (;;) {
    while (sem_wait(&worker->requests) != 0) {
    }
    if (atomic_load(&worker->is_stopped)) break;
    run_next(worker);
  }
  release(worker);
  return NULL;
}

/// Starts the thread with every signal blocked: signals are the reactor's.
static int start_thread(ci2c_worker *worker) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  size_t least = (size_t)PTHREAD_STACK_MIN;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, least > STACK ? least : STACK);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, &attributes, work, worker);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

ci2c_worker *ci2c_start(int bus) {
  ci2c_worker *worker = calloc(1, sizeof *worker);
  if (!worker) return NULL;
  worker->bus = bus;
  worker->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (worker->ready < 0) {
    free(worker);
    return NULL;
  }
  sem_init(&worker->requests, 0, 0);
  atomic_store(&worker->owners, 2);
  int error = start_thread(worker);
  if (error == 0) return worker;
  atomic_store(&worker->owners, 1);
  release(worker);
  errno = error;
  return NULL;
}

int ci2c_descriptor(const ci2c_worker *worker) { return worker->ready; }

int ci2c_submit(ci2c_worker *worker, const ci2c_job *job) {
  uint32_t head = atomic_load_explicit(&worker->job_head, memory_order_relaxed);
  // Counted up to the results taken: a job's place is free when its result has been fetched.
  uint32_t done = atomic_load_explicit(&worker->result_tail, memory_order_relaxed);
  if (head - done >= CI2C_RING) return -1;
  worker->jobs[head % CI2C_RING] = *job;
  atomic_store_explicit(&worker->job_head, head + 1, memory_order_release);
  sem_post(&worker->requests);
  return 0;
}

int ci2c_next(ci2c_worker *worker, ci2c_result *result) {
  uint32_t tail = atomic_load_explicit(&worker->result_tail, memory_order_relaxed);
  if (tail == atomic_load_explicit(&worker->result_head, memory_order_acquire)) {
    // Cleared before the last look: a result that comes now makes the descriptor ready again.
    uint64_t count;
    (void)!read(worker->ready, &count, sizeof count);
    if (tail == atomic_load_explicit(&worker->result_head, memory_order_acquire)) return 0;
  }
  *result = worker->results[tail % CI2C_RING];
  atomic_store_explicit(&worker->result_tail, tail + 1, memory_order_release);
  return 1;
}

void ci2c_stop(ci2c_worker *worker) {
  atomic_store(&worker->is_stopped, true);
  sem_post(&worker->requests);
  release(worker);
}
