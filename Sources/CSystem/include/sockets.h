// SPDX-License-Identifier: Apache-2.0
// Sockets without sockaddr casts. Every descriptor made here is non-blocking and close-on-exec;
// every call returns -1 with errno on failure.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// An IPv4 or IPv6 address with port; IPv4 fills the first four bytes.
typedef struct {
  uint8_t bytes[16];
  uint32_t scope;
  uint16_t port;
  uint8_t is_ipv6;
} tm_address;

/// One received datagram: where it lies in the caller's buffer, from whom, and when it arrived
/// (CLOCK_MONOTONIC, the kernel's receive stamp where there is one).
typedef struct {
  size_t offset;
  size_t length;
  int64_t arrival_ns;
  tm_address sender;
  int truncated;
} tm_datagram;

#define TM_DATAGRAM_BATCH 8

/// Parses a numeric address without port ("10.0.0.1", "fe80::1%eth0"). Returns 1 or 0.
int tm_address_parse(const char *text, tm_address *address);

/// Writes the numeric address without port; `text` holds at least 64 bytes.
void tm_address_format(const tm_address *address, char text[64]);

/// A listening TCP socket; an IPv6 wildcard serves IPv4 too.
int tm_tcp_listen(const tm_address *address, int backlog);

/// Accepts one TCP connection and tunes it; `peer` may be null for Unix sockets.
int tm_accept(int listener, tm_address *peer);

/// Begins a connection: 0 when complete at once, 1 when in progress; the descriptor in `fd`.
int tm_tcp_connect(const tm_address *address, int *fd);

/// Bounds how long a blocking read or write may take. On 32-bit boards the options are chosen by
/// the size of time_t, which only C can do.
int tm_socket_timeout(int fd, int seconds);

/// The pending error of a socket (SO_ERROR), 0 for none.
int tm_socket_error(int fd);

/// The local address of a bound socket.
int tm_local_address(int fd, tm_address *address);

/// Sends without SIGPIPE.
ssize_t tm_send(int fd, const void *bytes, size_t length);

/// Sends one datagram to `port` of every IPv4 network this machine is on; through how many
/// interfaces, or -1.
int tm_broadcast(const void *bytes, size_t length, uint16_t port);

/// A bound UDP socket; an IPv6 wildcard serves IPv4 too.
int tm_udp_bind(const tm_address *address);

/// Sends one datagram from a socket of family `socket_is_ipv6`.
ssize_t tm_udp_send(int fd, int socket_is_ipv6, const void *bytes, size_t length,
                    const tm_address *to);

/// Receives up to TM_DATAGRAM_BATCH datagrams into equal parts of `buffer`; 0 when none waits.
int tm_udp_receive(int fd, void *buffer, size_t size, tm_datagram *datagrams);

/// A listening Unix stream socket at `path`, created with `mode`. The path must not exist.
int tm_unix_listen(const char *path, unsigned mode, int backlog);

/// A Unix stream socket connected to `path`.
int tm_unix_connect(const char *path);

/// User and process at the other end of a Unix stream socket, when it connected.
int tm_unix_peer(int fd, unsigned *user, int *process);

/// Gives the socket at `path` to a group.
int tm_unix_give(const char *path, unsigned group);

/// 1 when the process that connected had this group, 0 when it had not, -1 when it is not known.
int tm_unix_peer_is_member(int fd, unsigned group);

/// Sends one datagram to a Unix datagram socket; `path` beginning with '@' is abstract.
int tm_unix_datagram(const char *path, const void *bytes, size_t length);
