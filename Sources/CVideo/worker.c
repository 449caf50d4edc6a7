// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

// Jobs and results share one ring: the worker turns the job in a place into the result in it. The
// caller alone moves `submitted` and `collected`, the worker alone moves `done`.
struct cvideo_worker {
  pthread_t thread;
  cvideo_reducer *reducer;
  int work;  // eventfd: there are jobs, or it is time to stop
  int news;  // eventfd: there are results
  uint32_t submitted, collected;
  _Atomic uint32_t offered;
  _Atomic uint32_t done;
  _Atomic int stopping;
  cvideo_job jobs[CVIDEO_QUEUE];
  cvideo_result results[CVIDEO_QUEUE];
};

static void signal_event(int descriptor) {
  uint64_t one = 1;
  while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

static void reduce(cvideo_worker *worker, uint32_t place) {
  const cvideo_job *job = &worker->jobs[place];
  cvideo_result *result = &worker->results[place];
  result->time_ns = job->time_ns;
  result->buffer = job->buffer;
  result->sequence = job->sequence;
  result->verdict = cvideo_reduce(worker->reducer, job->bytes, job->length, result->zones);
}

static void *work(void *argument) {
  cvideo_worker *worker = argument;
  uint32_t next = 0;
  while (!atomic_load(&worker->stopping)) {
    if (next == atomic_load(&worker->offered)) {
      uint64_t count;
      (void)!read(worker->work, &count, sizeof count);
      continue;
    }
    reduce(worker, next % CVIDEO_QUEUE);
    next += 1;
    atomic_store(&worker->done, next);
    signal_event(worker->news);
  }
  return NULL;
}

/// Starts the thread with every signal left to the reactor's.
static int launch(cvideo_worker *worker) {
  enum { stack_bytes = 256 * 1024 };
  pthread_attr_t attributes;
  sigset_t all, before;
  if (pthread_attr_init(&attributes) != 0) return -1;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int result = pthread_create(&worker->thread, &attributes, work, worker);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return result == 0 ? 0 : -1;
}

static void release(cvideo_worker *worker) {
  cvideo_reducer_free(worker->reducer);
  if (worker->work >= 0) close(worker->work);
  if (worker->news >= 0) close(worker->news);
  free(worker);
}

cvideo_worker *cvideo_worker_start(cvideo_reducer *reducer) {
  cvideo_worker *worker = calloc(1, sizeof *worker);
  if (worker == NULL) {
    cvideo_reducer_free(reducer);
    return NULL;
  }
  worker->reducer = reducer;
  worker->work = eventfd(0, EFD_CLOEXEC);
  worker->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (reducer == NULL || worker->work < 0 || worker->news < 0 || launch(worker) < 0) {
    release(worker);
    return NULL;
  }
  return worker;
}

int cvideo_worker_descriptor(const cvideo_worker *worker) { return worker->news; }

int cvideo_worker_submit(cvideo_worker *worker, const cvideo_job *job) {
  if (worker->submitted - worker->collected == CVIDEO_QUEUE) return -1;
  worker->jobs[worker->submitted % CVIDEO_QUEUE] = *job;
  worker->submitted += 1;
  atomic_store(&worker->offered, worker->submitted);
  signal_event(worker->work);
  return 0;
}

int cvideo_worker_collect(cvideo_worker *worker, cvideo_result *result) {
  if (worker->collected == atomic_load(&worker->done)) {
    uint64_t count;
    (void)!read(worker->news, &count, sizeof count);
    // A result that came between the look and the read must not wait for the next one.
    if (worker->collected == atomic_load(&worker->done)) return 0;
  }
  *result = worker->results[worker->collected % CVIDEO_QUEUE];
  worker->collected += 1;
  return 1;
}

void cvideo_worker_stop(cvideo_worker *worker) {
  if (worker == NULL) return;
  atomic_store(&worker->stopping, 1);
  signal_event(worker->work);
  pthread_join(worker->thread, NULL);
  release(worker);
}
