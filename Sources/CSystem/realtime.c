// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mman.h>

#include "csystem.h"

// Not inlined, so that the stack it touches is below that of its caller.
static __attribute__((noinline)) void touch_stack(unsigned bytes) {
  volatile char room[bytes];
  for (unsigned i = 0; i < bytes; i += 1024) room[i] = 0;
}

int tm_lock_memory(unsigned stack_bytes) {
  touch_stack(stack_bytes);
  // Not MCL_FUTURE: where little may be locked, a later allocation would fail instead.
  return mlockall(MCL_CURRENT);
}

int tm_run_ahead(int priority) {
  struct sched_param how = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO, &how);
}

void tm_ignore_idle_signals(void) {
  static const int idle[] = {SIGHUP,  SIGINT,  SIGQUIT,   SIGPIPE, SIGALRM,  SIGUSR1, SIGUSR2,
                             SIGTSTP, SIGTTIN, SIGTTOU,   SIGIO,   SIGPROF,  SIGVTALRM,
                             SIGPWR,  SIGXFSZ, SIGSTKFLT, SIGXCPU};
  for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) signal(idle[i], SIG_IGN);
  for (int real_time = SIGRTMIN; real_time <= SIGRTMAX; real_time++) signal(real_time, SIG_IGN);
}

int tm_record_sockets(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
}

static struct flock whole_file(void) {
  return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

int tm_file_lock(int fd) {
  struct flock lock = whole_file();
  return fcntl(fd, F_SETLK, &lock);
}

int tm_file_lock_holder(int fd) {
  struct flock lock = whole_file();
  if (fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  return (int)lock.l_pid;
}
