// SPDX-License-Identifier: Apache-2.0
// epoll, timerfd and signalfd without their unions and packed structs.
#pragma once
#include <stdint.h>

/// One ready descriptor: the token given to `tm_epoll_add` and its EPOLL… bits.
typedef struct {
  uint64_t token;
  uint32_t events;
} tm_ready;

/// Creates an epoll descriptor, or returns -1 with errno.
int tm_epoll_create(void);
int tm_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int tm_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int tm_epoll_remove(int epoll, int fd);

/// Waits for at most `limit` (up to 64) ready descriptors; `timeout_ms` -1 waits for ever. An
/// interrupted wait reports none.
int tm_epoll_wait(int epoll, tm_ready *ready, int limit, int timeout_ms);

/// A non-blocking CLOCK_MONOTONIC timer descriptor.
int tm_timer_create(void);

/// Makes the timer fire at an absolute monotonic time; 0 disarms it.
int tm_timer_set(int timer, int64_t deadline_ns);

/// Blocks the signals of `numbers` for this thread and opens a descriptor that reports them.
int tm_signal_open(const int *numbers, int count);

/// The next signal's number, 0 when none is pending, -1 with errno on failure.
int tm_signal_next(int fd);

/// Gives the signals back their ordinary delivery to this thread.
void tm_signal_unblock(const int *numbers, int count);

/// Ignores SIGPIPE, so that a closed connection is an error code.
void tm_ignore_sigpipe(void);
