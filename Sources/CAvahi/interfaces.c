// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "interfaces.h"

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_usable(const struct ifaddrs *entry) {
  unsigned flags = entry->ifa_flags;
  return (flags & IFF_UP) && (flags & IFF_MULTICAST) && !(flags & IFF_LOOPBACK) &&
         !(flags & IFF_POINTOPOINT);
}

static int is_link_local(const struct ifaddrs *entry) {
  const struct sockaddr_in6 *address = (const void *)entry->ifa_addr;
  return IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr);
}

static int has_wider_address(const struct ifaddrs *all, const struct ifaddrs *entry) {
  for (const struct ifaddrs *other = all; other; other = other->ifa_next)
    if (other->ifa_addr && other->ifa_addr->sa_family == AF_INET6 &&
        strcmp(other->ifa_name, entry->ifa_name) == 0 && !is_link_local(other))
      return 1;
  return 0;
}

static int convert(const struct ifaddrs *all, const struct ifaddrs *entry, AvahiAddress *to) {
  if (entry->ifa_addr->sa_family == AF_INET) {
    const struct sockaddr_in *address = (const void *)entry->ifa_addr;
    to->proto = AVAHI_PROTO_INET;
    to->data.ipv4.address = address->sin_addr.s_addr;
    return 1;
  }
  if (entry->ifa_addr->sa_family != AF_INET6) return 0;
  if (is_link_local(entry) && has_wider_address(all, entry)) return 0;
  const struct sockaddr_in6 *address = (const void *)entry->ifa_addr;
  to->proto = AVAHI_PROTO_INET6;
  memcpy(to->data.ipv6.address, &address->sin6_addr, 16);
  return 1;
}

int tm_interface_addresses(tm_interface_address list[TM_ADDRESS_LIMIT], int *has_multicast) {
  struct ifaddrs *all;
  int count = 0;
  *has_multicast = 0;
  memset(list, 0, sizeof(tm_interface_address) * TM_ADDRESS_LIMIT);
  if (getifaddrs(&all) != 0) return 0;
  for (const struct ifaddrs *entry = all; entry; entry = entry->ifa_next) {
    if (!entry->ifa_addr || !is_usable(entry)) continue;
    AvahiAddress address;
    memset(&address, 0, sizeof address);
    if (!convert(all, entry, &address)) continue;
    *has_multicast = 1;
    if (count == TM_ADDRESS_LIMIT) break;
    list[count].interface = (AvahiIfIndex)if_nametoindex(entry->ifa_name);
    list[count++].address = address;
  }
  freeifaddrs(all);
  return count;
}

int tm_interface_changes(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  struct sockaddr_nl address = {
      .nl_family = AF_NETLINK,
      .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
  if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void tm_interface_drain(int fd) {
  char buffer[4096];
  // Every message is a reason to look, a lost one (ENOBUFS) too; what it says does not matter.
  for (int count = 0; count < 256; count++)
    if (recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) <= 0) return;
}
