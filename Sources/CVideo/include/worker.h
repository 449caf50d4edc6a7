// SPDX-License-Identifier: Apache-2.0
// The thread that decodes frames, so that the reactor never waits for one.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "reducer.h"

/// Frames that may be on their way to the worker, and results on their way back.
enum { CVIDEO_QUEUE = 8 };

/// A frame to be reduced; the worker reads `bytes` until the frame's result is there.
typedef struct {
  const uint8_t *bytes;
  size_t length;
  int64_t time_ns;
  uint32_t buffer;
  uint32_t sequence;
} cvideo_job;

/// What came of a frame.
typedef struct {
  int64_t time_ns;
  uint32_t buffer;
  uint32_t sequence;
  uint32_t verdict;  ///< a cvideo_verdict
  cvideo_measure zones[CVIDEO_ZONES];  ///< as many as the reducer has, when it is CVIDEO_GOOD
} cvideo_result;

typedef struct cvideo_worker cvideo_worker;

/// Starts the thread. The worker owns the reducer from now on, also when this fails with null.
cvideo_worker *cvideo_worker_start(cvideo_reducer *reducer);

/// Becomes readable when results are there; non-blocking.
int cvideo_worker_descriptor(const cvideo_worker *worker);

/// Hands a frame over. Returns 0, or −1 when CVIDEO_QUEUE frames are without collected result.
int cvideo_worker_submit(cvideo_worker *worker, const cvideo_job *job);

/// Collects the next result. Returns 1, or 0 when there is none yet.
int cvideo_worker_collect(cvideo_worker *worker, cvideo_result *result);

/// Ends the thread after the frame it is at, without looking at those that wait, and frees it.
void cvideo_worker_stop(cvideo_worker *worker);
