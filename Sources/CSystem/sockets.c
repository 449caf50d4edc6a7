// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"

#include <net/if.h>

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} address_storage;

// `as_ipv6` maps an IPv4 address to ::ffff:a.b.c.d for a socket that serves both.
static socklen_t to_kernel(const tm_address *from, int as_ipv6, address_storage *to) {
  memset(to, 0, sizeof *to);
  if (!from->is_ipv6 && !as_ipv6) {
    to->v4.sin_family = AF_INET;
    to->v4.sin_port = htons(from->port);
    memcpy(&to->v4.sin_addr, from->bytes, 4);
    return sizeof to->v4;
  }
  to->v6.sin6_family = AF_INET6;
  to->v6.sin6_port = htons(from->port);
  if (from->is_ipv6) {
    memcpy(&to->v6.sin6_addr, from->bytes, 16);
    to->v6.sin6_scope_id = from->scope;
  } else {
    to->v6.sin6_addr.s6_addr[10] = to->v6.sin6_addr.s6_addr[11] = 0xff;
    memcpy(to->v6.sin6_addr.s6_addr + 12, from->bytes, 4);
  }
  return sizeof to->v6;
}

static void from_kernel(const address_storage *from, tm_address *to) {
  memset(to, 0, sizeof *to);
  if (from->any.sa_family == AF_INET) {
    to->port = ntohs(from->v4.sin_port);
    memcpy(to->bytes, &from->v4.sin_addr, 4);
  } else if (from->any.sa_family == AF_INET6) {
    to->port = ntohs(from->v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&from->v6.sin6_addr)) {
      memcpy(to->bytes, from->v6.sin6_addr.s6_addr + 12, 4);
    } else {
      to->is_ipv6 = 1;
      to->scope = from->v6.sin6_scope_id;
      memcpy(to->bytes, &from->v6.sin6_addr, 16);
    }
  }
}

int tm_address_parse(const char *text, tm_address *address) {
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, text, address->bytes) == 1) return 1;
  char host[64];
  const char *scope = strchr(text, '%');
  size_t length = scope ? (size_t)(scope - text) : strlen(text);
  if (length >= sizeof host) return 0;
  memcpy(host, text, length);
  host[length] = 0;
  address->is_ipv6 = 1;
  if (inet_pton(AF_INET6, host, address->bytes) != 1) return 0;
  if (scope) address->scope = if_nametoindex(scope + 1);
  return !scope || address->scope != 0;
}

void tm_address_format(const tm_address *address, char text[64]) {
  inet_ntop(address->is_ipv6 ? AF_INET6 : AF_INET, address->bytes, text, 64);
  char name[IF_NAMESIZE];
  if (address->is_ipv6 && address->scope && if_indextoname(address->scope, name)) {
    size_t used = strlen(text);
    snprintf(text + used, 64 - used, "%%%s", name);
  }
}

static int fail_closing(int fd) {
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

static int on(int fd, int level, int option) {
  int one = 1;
  return setsockopt(fd, level, option, &one, sizeof one);
}

static int is_wildcard(const tm_address *address) {
  static const uint8_t zero[16];
  return memcmp(address->bytes, zero, sizeof zero) == 0;
}

static int open_bound(const tm_address *address, int type, int reuse) {
  int fd = socket(address->is_ipv6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 && errno == EAFNOSUPPORT && address->is_ipv6 && is_wildcard(address)) {
    // A kernel without IPv6: every address means every IPv4 address.
    tm_address ipv4 = {.port = address->port};
    return open_bound(&ipv4, type, reuse);
  }
  if (fd < 0) return -1;
  int zero = 0;
  if (address->is_ipv6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
  if (reuse) on(fd, SOL_SOCKET, SO_REUSEADDR);
  address_storage storage;
  socklen_t length = to_kernel(address, address->is_ipv6, &storage);
  return bind(fd, &storage.any, length) == 0 ? fd : fail_closing(fd);
}

// A peer that vanishes without a word is noticed after about a minute.
static void tune(int fd) {
  int idle = 30, interval = 10, count = 3, timeout_ms = 60000;
  on(fd, IPPROTO_TCP, TCP_NODELAY);
  on(fd, SOL_SOCKET, SO_KEEPALIVE);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

int tm_socket_timeout(int fd, int seconds) {
  struct timeval limit = {.tv_sec = seconds};
  int received = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  int sent = setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return received < 0 || sent < 0 ? -1 : 0;
}

int tm_tcp_listen(const tm_address *address, int backlog) {
  int fd = open_bound(address, SOCK_STREAM, 1);
  if (fd < 0) return -1;
  return listen(fd, backlog) == 0 ? fd : fail_closing(fd);
}

int tm_accept(int listener, tm_address *peer) {
  address_storage storage;
  socklen_t length = sizeof storage;
  int fd = accept4(listener, peer ? &storage.any : NULL, peer ? &length : NULL,
                   SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0 && peer) {
    from_kernel(&storage, peer);
    tune(fd);
  }
  return fd;
}

int tm_tcp_connect(const tm_address *address, int *fd) {
  int family = address->is_ipv6 ? AF_INET6 : AF_INET;
  *fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (*fd < 0) return -1;
  tune(*fd);
  address_storage storage;
  socklen_t length = to_kernel(address, 0, &storage);
  if (connect(*fd, &storage.any, length) == 0) return 0;
  return errno == EINPROGRESS ? 1 : fail_closing(*fd);
}

int tm_socket_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

int tm_local_address(int fd, tm_address *address) {
  address_storage storage;
  socklen_t length = sizeof storage;
  if (getsockname(fd, &storage.any, &length) != 0) return -1;
  from_kernel(&storage, address);
  return 0;
}

ssize_t tm_send(int fd, const void *bytes, size_t length) {
  return send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int tm_udp_bind(const tm_address *address) {
  int fd = open_bound(address, SOCK_DGRAM, 0);
  if (fd >= 0) on(fd, SOL_SOCKET, SO_TIMESTAMPNS);
  return fd;
}

ssize_t tm_udp_send(int fd, int socket_is_ipv6, const void *bytes, size_t length,
                    const tm_address *to) {
  address_storage storage;
  socklen_t size = to_kernel(to, socket_is_ipv6, &storage);
  return sendto(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT, &storage.any, size);
}

// The kernel stamps datagrams with the wall clock: the age of the stamp, not the stamp, is carried
// over to the monotonic clock. An age that cannot be (the wall clock was set) is ignored.
static int64_t arrival(struct msghdr *message, int64_t monotonic, int64_t realtime) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec stamp;
    memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
    int64_t age = realtime - ((int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec);
    if (age >= 0 && age < 1000000000) return monotonic - age;
  }
  return monotonic;
}

int tm_udp_receive(int fd, void *buffer, size_t size, tm_datagram *datagrams) {
  struct mmsghdr messages[TM_DATAGRAM_BATCH];
  struct iovec parts[TM_DATAGRAM_BATCH];
  address_storage senders[TM_DATAGRAM_BATCH];
  _Alignas(struct cmsghdr) char control[TM_DATAGRAM_BATCH][CMSG_SPACE(sizeof(struct timespec))];
  size_t part = size / TM_DATAGRAM_BATCH;
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < TM_DATAGRAM_BATCH; i++) {
    parts[i] = (struct iovec){.iov_base = (char *)buffer + i * part, .iov_len = part};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &senders[i],
                                          .msg_namelen = sizeof senders[i],
                                          .msg_iov = &parts[i],
                                          .msg_iovlen = 1,
                                          .msg_control = control[i],
                                          .msg_controllen = sizeof control[i]};
  }
  int count = recvmmsg(fd, messages, TM_DATAGRAM_BATCH, MSG_DONTWAIT, NULL);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  int64_t monotonic = tm_monotonic_ns(), realtime = tm_realtime_ns();
  for (int i = 0; i < count; i++) {
    datagrams[i].offset = i * part;
    datagrams[i].length = messages[i].msg_len;
    datagrams[i].truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    datagrams[i].arrival_ns = arrival(&messages[i].msg_hdr, monotonic, realtime);
    from_kernel(&senders[i], &datagrams[i].sender);
  }
  return count;
}

static int unix_address(const char *path, struct sockaddr_un *address, socklen_t *length) {
  size_t size = strlen(path);
  if (size == 0 || size >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, size);
  *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + 1);
  if (path[0] == '@') {
    address->sun_path[0] = 0;
    *length -= 1;
  }
  return 0;
}

int tm_unix_listen(const char *path, unsigned mode, int backlog) {
  struct sockaddr_un address;
  socklen_t length;
  if (unix_address(path, &address, &length) != 0) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  mode_t before = umask(0777 & ~mode);
  int bound = bind(fd, (struct sockaddr *)&address, length);
  umask(before);
  if (bound != 0) return fail_closing(fd);
  return listen(fd, backlog) == 0 ? fd : fail_closing(fd);
}

int tm_unix_connect(const char *path) {
  struct sockaddr_un address;
  socklen_t length;
  if (unix_address(path, &address, &length) != 0) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  return connect(fd, (struct sockaddr *)&address, length) == 0 ? fd : fail_closing(fd);
}

int tm_unix_peer(int fd, unsigned *user, int *process) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
  *user = peer.uid;
  *process = peer.pid;
  return 0;
}

int tm_unix_give(const char *path, unsigned group) { return lchown(path, (uid_t)-1, group); }

int tm_unix_peer_is_member(int fd, unsigned group) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
  if (peer.gid == group) return 1;
  gid_t groups[256];
  length = sizeof groups;
  // Of one in more groups than that the kernel tells none; its own group has been looked at.
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) != 0) return -1;
  for (size_t index = 0; index < length / sizeof groups[0]; index++) {
    if (groups[index] == group) return 1;
  }
  return 0;
}

int tm_unix_datagram(const char *path, const void *bytes, size_t length) {
  struct sockaddr_un address;
  socklen_t size;
  if (unix_address(path, &address, &size) != 0) return -1;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  ssize_t sent = sendto(fd, bytes, length, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  if (sent < 0) return fail_closing(fd);
  close(fd);
  return 0;
}
