// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "poll.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// Events taken in one dispatch; what is left keeps the descriptor readable.
enum { DISPATCH_LIMIT = 32 };

struct AvahiWatch {
  tm_poll *poll;
  int fd;
  AvahiWatchEvent happened;
  AvahiWatchCallback callback;
  void *userdata;
};

struct AvahiTimeout {
  AvahiTimeout *next;
  tm_poll *poll;
  int64_t deadline;  // CLOCK_MONOTONIC in nanoseconds, 0 when disabled
  AvahiTimeoutCallback callback;
  void *userdata;
};

static int64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void set_timer(int fd, int flags, int64_t deadline) {
  struct itimerspec when = {.it_value = {.tv_sec = (time_t)(deadline / 1000000000),
                                         .tv_nsec = (long)(deadline % 1000000000)}};
  timerfd_settime(fd, flags, &when, NULL);
}

static void rearm(tm_poll *poll) {
  int64_t earliest = 0;
  for (AvahiTimeout *t = poll->timeouts; t; t = t->next)
    if (t->deadline && (!earliest || t->deadline < earliest)) earliest = t->deadline;
  set_timer(poll->timer, TFD_TIMER_ABSTIME, earliest);
}

// epoll's bits are poll's bits, which are avahi's.
static AvahiWatch *watch_new(const AvahiPoll *api, int fd, AvahiWatchEvent event,
                             AvahiWatchCallback callback, void *userdata) {
  AvahiWatch *watch = calloc(1, sizeof *watch);
  if (!watch) return NULL;
  *watch = (AvahiWatch){
      .poll = api->userdata, .fd = fd, .callback = callback, .userdata = userdata};
  struct epoll_event wanted = {.events = event, .data.ptr = watch};
  if (epoll_ctl(watch->poll->epoll, EPOLL_CTL_ADD, fd, &wanted) == 0) return watch;
  free(watch);
  return NULL;
}

static void watch_update(AvahiWatch *watch, AvahiWatchEvent event) {
  struct epoll_event wanted = {.events = event, .data.ptr = watch};
  epoll_ctl(watch->poll->epoll, EPOLL_CTL_MOD, watch->fd, &wanted);
}

static AvahiWatchEvent watch_get_events(AvahiWatch *watch) { return watch->happened; }

static void watch_free(AvahiWatch *watch) {
  epoll_ctl(watch->poll->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
  free(watch);
}

// avahi counts on the wall clock. The distance is carried over to the monotonic clock, so that
// setting the wall clock neither delays nor hastens what is already waiting.
static void timeout_update(AvahiTimeout *timeout, const struct timeval *when) {
  timeout->deadline = 0;
  if (when) {
    int64_t at = (int64_t)when->tv_sec * 1000000000 + (int64_t)when->tv_usec * 1000;
    int64_t left = at - clock_ns(CLOCK_REALTIME);
    timeout->deadline = clock_ns(CLOCK_MONOTONIC) + (left > 0 ? left : 0);
  }
  rearm(timeout->poll);
}

static AvahiTimeout *timeout_new(const AvahiPoll *api, const struct timeval *when,
                                 AvahiTimeoutCallback callback, void *userdata) {
  tm_poll *poll = api->userdata;
  AvahiTimeout *timeout = calloc(1, sizeof *timeout);
  if (!timeout) return NULL;
  *timeout = (AvahiTimeout){
      .next = poll->timeouts, .poll = poll, .callback = callback, .userdata = userdata};
  poll->timeouts = timeout;
  timeout_update(timeout, when);
  return timeout;
}

static void timeout_free(AvahiTimeout *timeout) {
  tm_poll *poll = timeout->poll;
  AvahiTimeout **link = &poll->timeouts;
  while (*link && *link != timeout) link = &(*link)->next;
  if (*link) *link = timeout->next;
  free(timeout);
  rearm(poll);
}

void tm_poll_after(AvahiTimeout *timeout, int64_t milliseconds) {
  timeout->deadline =
      milliseconds < 0 ? 0 : clock_ns(CLOCK_MONOTONIC) + milliseconds * 1000000 + 1;
  rearm(timeout->poll);
}

// Its date does not matter, only that setting the wall clock cancels it (ECANCELED). Not far off,
// since seconds may have 32 bits.
static void watch_wall_clock(tm_poll *poll) {
  set_timer(poll->wall_clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
            clock_ns(CLOCK_REALTIME) + (int64_t)1000000000 * 86400 * 30);
}

static int add(int epoll, int fd, void *data) {
  struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = data};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted);
}

int tm_poll_open(tm_poll *poll) {
  poll->epoll = epoll_create1(EPOLL_CLOEXEC);
  poll->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  poll->wall_clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  poll->timeouts = NULL;
  poll->clock_was_set = 0;
  poll->api = (AvahiPoll){.userdata = poll,
                          .watch_new = watch_new,
                          .watch_update = watch_update,
                          .watch_get_events = watch_get_events,
                          .watch_free = watch_free,
                          .timeout_new = timeout_new,
                          .timeout_update = timeout_update,
                          .timeout_free = timeout_free};
  if (poll->epoll >= 0 && poll->timer >= 0 && poll->wall_clock >= 0 &&
      add(poll->epoll, poll->timer, &poll->timer) == 0 &&
      add(poll->epoll, poll->wall_clock, &poll->wall_clock) == 0) {
    watch_wall_clock(poll);
    return 0;
  }
  int error = errno;
  tm_poll_close(poll);
  errno = error;
  return -1;
}

void tm_poll_close(tm_poll *poll) {
  if (poll->epoll >= 0) close(poll->epoll);
  if (poll->timer >= 0) close(poll->timer);
  if (poll->wall_clock >= 0) close(poll->wall_clock);
  poll->epoll = poll->timer = poll->wall_clock = -1;
}

static void read_wall_clock(tm_poll *poll) {
  uint64_t expirations;
  ssize_t length = read(poll->wall_clock, &expirations, sizeof expirations);
  if (length < 0 && errno == ECANCELED) poll->clock_was_set = 1;
  watch_wall_clock(poll);
}

// Any callback may add, change and free timeouts: start again after each.
static void run_timeouts(tm_poll *poll) {
  int64_t now = clock_ns(CLOCK_MONOTONIC);
  for (int count = 0; count < DISPATCH_LIMIT; count++) {
    AvahiTimeout *due = poll->timeouts;
    while (due && (!due->deadline || due->deadline > now)) due = due->next;
    if (!due) break;
    due->deadline = 0;
    due->callback(due, due->userdata);
  }
  rearm(poll);
}

void tm_poll_dispatch(tm_poll *poll) {
  // One event at a time: a callback may free any watch, and with it an event taken in advance.
  for (int count = 0; count < DISPATCH_LIMIT; count++) {
    struct epoll_event event;
    if (epoll_wait(poll->epoll, &event, 1, 0) != 1) return;
    if (event.data.ptr == &poll->timer) {
      run_timeouts(poll);
    } else if (event.data.ptr == &poll->wall_clock) {
      read_wall_clock(poll);
    } else {
      AvahiWatch *watch = event.data.ptr;
      watch->happened = (AvahiWatchEvent)event.events;
      watch->callback(watch, watch->fd, watch->happened, watch->userdata);
    }
  }
}
