// The operating system as Swift sees it: headers, and shims for what cannot be imported
// (errno, macros, argc and argv).
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

/// The calling thread's errno.
int tm_errno(void);

/// Number of command-line arguments, the program's name included.
int tm_argc(void);

/// Command-line argument `index`, or "" outside the range.
const char *tm_argv(int index);

/// CLOCK_MONOTONIC in nanoseconds.
int64_t tm_monotonic_ns(void);

/// CLOCK_REALTIME in nanoseconds since 1970.
int64_t tm_realtime_ns(void);
