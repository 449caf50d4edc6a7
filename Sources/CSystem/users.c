// SPDX-License-Identifier: Apache-2.0
// Users and groups of a board binary, read from /etc/passwd and /etc/group alone.
//
// The C library's own look-ups load whatever modules the system's /etc/nsswitch.conf names. A
// static executable cannot do so safely unless they were built for its very libc, and carries
// 0.1 MB to try. ALSA asks for a home directory (~/.asoundrc) and for the group `audio`.
#ifdef TAUMESH_BOARD

#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

int getpwuid_r(uid_t user, struct passwd *entry, char *text, size_t size, struct passwd **found) {
  *found = NULL;
  FILE *file = fopen("/etc/passwd", "re");
  if (!file) return errno;
  struct passwd *next = NULL;
  int error;
  while ((error = fgetpwent_r(file, entry, text, size, &next)) == 0 && next->pw_uid != user) {
  }
  fclose(file);
  if (error == 0) *found = next;
  return error == ENOENT ? 0 : error;
}

int getgrnam_r(const char *name, struct group *entry, char *text, size_t size,
               struct group **found) {
  *found = NULL;
  FILE *file = fopen("/etc/group", "re");
  if (!file) return errno;
  struct group *next = NULL;
  int error;
  while ((error = fgetgrent_r(file, entry, text, size, &next)) == 0 &&
         strcmp(next->gr_name, name) != 0) {
  }
  fclose(file);
  if (error == 0) *found = next;
  return error == ENOENT ? 0 : error;
}

#endif
