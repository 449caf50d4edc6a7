// SPDX-License-Identifier: Apache-2.0
// What a process needs that must never be late: memory that stays, precedence, and the parent it
// talks to in whole records.
#pragma once

/// Descriptor by which a process started by `tm_spawn_joined` meets its parent.
enum { TM_JOINED = 3 };

/// Keeps all memory of the process in RAM, with `stack_bytes` more of its stack than it uses now.
/// Returns 0, or -1 with errno (ENOMEM, EPERM: more than may be locked).
int tm_lock_memory(unsigned stack_bytes);

/// Runs this thread before all that share time (SCHED_FIFO at `priority`, 1…99). Returns 0, or -1
/// with errno.
int tm_run_ahead(int priority);

/// Ignores every signal that would end the process or stop it from a terminal, and that it does not
/// take; faults of its own (SIGSEGV and the like) and SIGTERM stay.
void tm_ignore_idle_signals(void);

/// Two joined, non-blocking sockets that keep records apart (SOCK_SEQPACKET), closed on exec.
int tm_record_sockets(int ends[2]);

/// As `tm_spawn`, and `descriptor` is the child's descriptor TM_JOINED.
int tm_spawn_joined(char *const arguments[], int descriptor, int *output);

/// Takes the write lock of a whole file, kept until the descriptor or the process is gone.
/// Returns 0, or -1 with errno: EAGAIN or EACCES when somebody else has it.
int tm_file_lock(int fd);

/// The process that keeps `tm_file_lock` from succeeding, or 0.
int tm_file_lock_holder(int fd);
