// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"

int tm_errno(void) { return errno; }

const char *tm_error_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "?";
}

const char *tm_error_text(int error) {
  const char *text = strerrordesc_np(error);
  return text ? text : "Unknown error";
}

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

void tm_format_utc(int64_t realtime_ns, char text[21]) {
  time_t seconds = (time_t)(realtime_ns / 1000000000);
  struct tm parts;
  gmtime_r(&seconds, &parts);
  if (strftime(text, 21, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) text[0] = 0;
}

int tm_strtod(const char *text, double *value) {
  // Nothing in the program calls setlocale, so strtod reads with the C locale.
  char *end;
  if (*text == 0 || *text == ' ' || *text == '\t' || *text == '\n') return 0;
  *value = strtod(text, &end);
  return *end == 0;
}
