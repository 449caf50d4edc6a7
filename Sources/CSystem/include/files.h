// SPDX-License-Identifier: Apache-2.0
// Files and terminals without variadic calls and stat macros.
#pragma once
#include <stdint.h>

/// What stat reports about a file, as far as it is needed.
typedef struct {
  int64_t size;
  uint64_t device;
  uint64_t inode;
  uint32_t mode;  // permission bits only
  uint32_t user;
  int is_regular;
  int is_directory;
} tm_file_info;

/// open(2) with close-on-exec.
int tm_open(const char *path, int flags, unsigned mode);
int tm_file_info_of(int fd, tm_file_info *info);
int tm_file_info_at(const char *path, tm_file_info *info);

/// Whether a descriptor goes to the journal, whose device and inode `stream` names ("8:1234").
int tm_is_journal(int fd, const char *stream);

/// The terminal's size in characters. Returns 1, or 0 when `fd` is no terminal.
int tm_terminal_size(int fd, int *columns, int *rows);

/// Lets a terminal deliver single keys without echo, or restores what it was. Only one terminal.
int tm_terminal_raw(int fd);
void tm_terminal_restore(int fd);

/// Removes a folder with everything in it, without following links. Returns 0, or -1 with errno.
int tm_remove_tree(const char *path);
