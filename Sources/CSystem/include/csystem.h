// SPDX-License-Identifier: Apache-2.0
// The operating system as Swift sees it: headers, and shims for what cannot be imported
// (errno, macros, variadic calls, address unions, argc and argv).
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "files.h"
#include "process.h"
#include "serial.h"
#include "realtime.h"
#include "sockets.h"

/// The calling thread's errno.
int tm_errno(void);

/// The name of an error number ("EADDRINUSE"), or "?" when it has none.
const char *tm_error_name(int error);

/// The description of an error number in English ("Address already in use").
const char *tm_error_text(int error);

/// Number of command-line arguments, the program's name included.
int tm_argc(void);

/// Command-line argument `index`, or "" outside the range.
const char *tm_argv(int index);

/// CLOCK_MONOTONIC in nanoseconds.
int64_t tm_monotonic_ns(void);

/// CLOCK_REALTIME in nanoseconds since 1970.
int64_t tm_realtime_ns(void);

/// Writes the time of day in UTC as "2026-11-21T12:45:03Z" (20 characters) and a zero.
void tm_format_utc(int64_t realtime_ns, char text[21]);

/// Parses all of `text` as a decimal number in the C locale. Returns 1, or 0 when it is none.
int tm_strtod(const char *text, double *value);
