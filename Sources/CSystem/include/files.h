// SPDX-License-Identifier: Apache-2.0
// Files and terminals without variadic calls and stat macros.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

/// Writes the names in a folder but "." and "..", each with its zero, into `names`. Returns the bytes
/// written, or -1 with errno (ENOBUFS when they are more than `size`).
ssize_t tm_folder_names(const char *path, char *names, size_t size);

/// Whether a descriptor takes bytes without waiting.
int tm_is_writable(int fd);

/// Removes a folder with everything in it, without following links. Returns 0, or -1 with errno.
int tm_remove_tree(const char *path);
