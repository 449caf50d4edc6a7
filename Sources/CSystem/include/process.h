// SPDX-License-Identifier: Apache-2.0
// Child processes, the memory of a process, and counted allocations.
#pragma once
#include <stdint.h>

/// Starts `arguments[0]` (looked up in PATH; null-terminated list) with default signals and mask.
/// `output` is the read end of a pipe from its standard output, or null to share ours. Returns the
/// process id, or -1 with errno.
int tm_spawn(char *const arguments[], int *output);

/// Two joined, non-blocking stream sockets, closed on exec. Returns 0, or -1 with errno.
int tm_stream_pair(int ends[2]);

/// Lets this process go first when memory runs short, and never gain privileges.
void tm_be_expendable(void);

/// Characters in a row and rows of the terminal behind a descriptor; 0 where that is not known.
void tm_terminal_size(int fd, int *columns, int *rows);

/// A descriptor that becomes readable when the process ends, or -1 (ENOSYS on old kernels).
int tm_process_descriptor(int process);

/// Reaps the child: 1 and its exit status (128 + signal when killed), 0 while it runs, -1 on error.
int tm_process_reap(int process, int *status);

/// Resident and anonymous memory of a process in KiB, 0 for this one. Returns 0, or -1 with errno.
int tm_process_memory(int process, int64_t *resident_kib, int64_t *anonymous_kib);

/// Heap allocations so far, or -1 when the program was linked without
/// `--wrap=malloc --wrap=calloc --wrap=realloc --wrap=posix_memalign --wrap=aligned_alloc`.
int64_t tm_allocations(void);

/// Gives back what starting the program took and running it does not: freed pages of the heap, and
/// the mapping of its code, which comes back from the file page by page as it is used.
void tm_settle_memory(void);
