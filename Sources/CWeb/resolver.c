// SPDX-License-Identifier: Apache-2.0
// What libwebsockets calls instead of the C library's resolver and name services, which block and,
// in a static program, load modules (cross-compile/common.sh renames the calls). Hosts are looked up
// by libwebsockets' own resolver; users are never changed here.
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <mbedtls/net_sockets.h>
#include <netdb.h>
#include <pwd.h>
#include <stddef.h>

int tm_no_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                      struct addrinfo **result) {
  (void)host, (void)service, (void)hints;
  *result = NULL;
  return EAI_FAIL;
}

void tm_no_freeaddrinfo(struct addrinfo *list) { (void)list; }

int tm_no_getnameinfo(const struct sockaddr *address, socklen_t length, char *host,
                      socklen_t host_size, char *service, socklen_t service_size, int flags) {
  (void)address, (void)length, (void)service, (void)service_size, (void)flags;
  if (host && host_size) host[0] = 0;
  return EAI_FAIL;
}

struct passwd *tm_no_getpwnam(const char *name) {
  (void)name;
  return NULL;
}

struct passwd *tm_no_getpwuid(uid_t user) {
  (void)user;
  return NULL;
}

struct group *tm_no_getgrnam(const char *name) {
  (void)name;
  return NULL;
}

struct group *tm_no_getgrgid(gid_t group) {
  (void)group;
  return NULL;
}

int tm_no_initgroups(const char *user, gid_t group) {
  (void)user, (void)group;
  errno = EPERM;
  return -1;
}

// All that is used of mbedTLS' own sockets; their archive member would bring the C library's resolver.
void mbedtls_net_init(mbedtls_net_context *context) { context->fd = -1; }
