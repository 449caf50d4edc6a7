// SPDX-License-Identifier: Apache-2.0
// Terminals and what kind of file a descriptor is, without macros and structs that cannot be imported.
#pragma once

enum { TM_KIND_OTHER, TM_KIND_REGULAR, TM_KIND_FIFO, TM_KIND_TERMINAL, TM_KIND_SOCKET };

/// What a descriptor stands for: one of the above.
int tm_file_kind(int fd);

/// Makes a terminal raw: 8 data bits, no parity, one stop bit, no flow control, `baud` each way; what
/// has already come in is dropped. Returns 0, or -1 with errno; EINVAL for a rate there is not.
int tm_serial_raw(int fd, int baud);
