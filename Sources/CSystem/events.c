// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"

int tm_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return epoll_ctl(epoll, operation, fd, &event);
}

int tm_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int tm_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int tm_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int tm_epoll_wait(int epoll, tm_ready *ready, int limit, int timeout_ms) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, limit < 64 ? limit : 64, timeout_ms);
  if (count < 0) return errno == EINTR ? 0 : -1;
  for (int i = 0; i < count; i++) {
    ready[i].token = events[i].data.u64;
    ready[i].events = events[i].events;
  }
  return count;
}

int tm_timer_create(void) {
  return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

int tm_timer_set(int timer, int64_t deadline_ns) {
  struct itimerspec when = {
      .it_value = {.tv_sec = (time_t)(deadline_ns / 1000000000),
                   .tv_nsec = (long)(deadline_ns % 1000000000)}};
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static sigset_t set_of(const int *numbers, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, numbers[i]);
  return set;
}

int tm_signal_open(const int *numbers, int count) {
  sigset_t set = set_of(numbers, count);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error) {
    errno = error;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int tm_signal_next(int fd) {
  struct signalfd_siginfo info;
  ssize_t length = read(fd, &info, sizeof info);
  if (length == (ssize_t)sizeof info) return (int)info.ssi_signo;
  return length < 0 && errno != EAGAIN && errno != EINTR ? -1 : 0;
}

void tm_signal_unblock(const int *numbers, int count) {
  sigset_t set = set_of(numbers, count);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void tm_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }
