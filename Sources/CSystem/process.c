// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"

#include <sys/ioctl.h>
#include <malloc.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

extern char **environ;

static int spawn(char *const arguments[], int joined, int output, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (joined >= 0) posix_spawn_file_actions_adddup2(&actions, joined, TM_JOINED);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int error = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

int tm_spawn(char *const arguments[], int *output) {
  return tm_spawn_joined(arguments, -1, output);
}

int tm_spawn_joined(char *const arguments[], int descriptor, int *output) {
  int ends[2] = {-1, -1};
  pid_t process = -1;
  if (output && pipe2(ends, O_CLOEXEC) != 0) return -1;
  int error = spawn(arguments, descriptor, ends[1], &process);
  if (output) close(ends[1]);
  if (error) {
    if (output) close(ends[0]);
    errno = error;
    return -1;
  }
  if (output) {
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *output = ends[0];
  }
  return process;
}

int tm_stream_pair(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
}

void tm_be_expendable(void) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t written = write(fd, "500", 3);
  (void)written;
  close(fd);
}

int tm_process_descriptor(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int tm_process_reap(int process, int *status) {
  int raw;
  pid_t ended = waitpid(process, &raw, WNOHANG);
  if (ended <= 0) return (int)ended;
  *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return 1;
}

static int64_t kib_after(const char *text, const char *key) {
  const char *found = strstr(text, key);
  return found ? strtoll(found + strlen(key), NULL, 10) : -1;
}

int tm_process_memory(int process, int64_t *resident_kib, int64_t *anonymous_kib) {
  char path[40], text[4096];
  if (process == 0) process = getpid();
  snprintf(path, sizeof path, "/proc/%d/status", process);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, text, sizeof text - 1);
  int error = errno;
  close(fd);
  errno = error;
  if (length < 0) return -1;
  text[length] = 0;
  *resident_kib = kib_after(text, "VmRSS:");
  *anonymous_kib = kib_after(text, "RssAnon:");
  return 0;
}

// The linker's marks around everything that is only read: headers, constants and code.
extern const char __executable_start[], etext[];

void tm_settle_memory(void) {
  malloc_trim(0);
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = ((uintptr_t)__executable_start + page - 1) / page * page;
  uintptr_t end = (uintptr_t)etext / page * page;
  if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
}

void tm_terminal_size(int fd, int *columns, int *rows) {
  struct winsize size;
  *columns = *rows = 0;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return;
  *columns = size.ws_col;
  *rows = size.ws_row;
}
