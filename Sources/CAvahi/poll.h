// SPDX-License-Identifier: Apache-2.0
// avahi's poll interface over one epoll descriptor.
#pragma once
#include <avahi-common/watch.h>
#include <stdint.h>

typedef struct {
  AvahiPoll api;
  int epoll;
  int timer;
  int wall_clock;
  AvahiTimeout *timeouts;
  int clock_was_set;
} tm_poll;

/// Opens the descriptors; -1 with errno on failure.
int tm_poll_open(tm_poll *poll);
void tm_poll_close(tm_poll *poll);

/// Dispatches what is ready now, a bounded number of times.
void tm_poll_dispatch(tm_poll *poll);

/// Sets a timeout `milliseconds` from now; -1 disables it.
void tm_poll_after(AvahiTimeout *timeout, int64_t milliseconds);
