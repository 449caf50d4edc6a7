#include "csystem.h"

int tm_errno(void) { return errno; }

// glibc hands argc, argv and envp to constructors, in static and dynamic executables alike.
static int argument_count;
static char **arguments;

__attribute__((constructor)) static void remember_arguments(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

int tm_argc(void) { return argument_count; }

const char *tm_argv(int index) {
  return index >= 0 && index < argument_count ? arguments[index] : "";
}

static int64_t nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tm_monotonic_ns(void) { return nanoseconds(CLOCK_MONOTONIC); }
int64_t tm_realtime_ns(void) { return nanoseconds(CLOCK_REALTIME); }
