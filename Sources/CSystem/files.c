// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"

#include <dirent.h>
#include <ftw.h>

int tm_open(const char *path, int flags, unsigned mode) {
  return open(path, flags | O_CLOEXEC, (mode_t)mode);
}

int tm_is_writable(int fd) {
  struct pollfd slot = {.fd = fd, .events = POLLOUT};
  return poll(&slot, 1, 0) == 1;
}

static void fill(const struct stat *status, tm_file_info *info) {
  info->size = status->st_size;
  info->device = status->st_dev;
  info->inode = status->st_ino;
  info->mode = status->st_mode & 07777;
  info->user = status->st_uid;
  info->is_regular = S_ISREG(status->st_mode);
  info->is_directory = S_ISDIR(status->st_mode);
}

int tm_file_info_of(int fd, tm_file_info *info) {
  struct stat status;
  if (fstat(fd, &status) != 0) return -1;
  fill(&status, info);
  return 0;
}

int tm_file_info_at(const char *path, tm_file_info *info) {
  struct stat status;
  if (stat(path, &status) != 0) return -1;
  fill(&status, info);
  return 0;
}

int tm_is_journal(int fd, const char *stream) {
  struct stat status;
  if (fstat(fd, &status) != 0) return 0;
  char *separator;
  unsigned long long device = strtoull(stream, &separator, 10);
  if (*separator != ':') return 0;
  return device == status.st_dev && strtoull(separator + 1, NULL, 10) == status.st_ino;
}

ssize_t tm_folder_names(const char *path, char *names, size_t size) {
  size_t used = 0;
  DIR *folder = opendir(path);
  if (!folder) return -1;
  for (struct dirent *entry; (entry = readdir(folder));) {
    size_t length = strlen(entry->d_name) + 1;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (used + length > size) {
      closedir(folder);
      errno = ENOBUFS;
      return -1;
    }
    memcpy(names + used, entry->d_name, length);
    used += length;
  }
  closedir(folder);
  return (ssize_t)used;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status;
  (void)kind;
  (void)place;
  return remove(path);
}

int tm_remove_tree(const char *path) { return nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS); }
