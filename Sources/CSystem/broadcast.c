// SPDX-License-Identifier: Apache-2.0
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sockets.h"

// The limited broadcast address leaves through one interface only, so each has its own sent to.
int tm_broadcast(const void *bytes, size_t length, uint16_t port) {
  struct ifaddrs *list;
  int sent = 0, one = 1;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof one) != 0 || getifaddrs(&list) != 0) {
    close(fd);
    return -1;
  }
  for (struct ifaddrs *each = list; each; each = each->ifa_next) {
    unsigned wanted = IFF_UP | IFF_BROADCAST;
    if (!each->ifa_addr || each->ifa_addr->sa_family != AF_INET || !each->ifa_broadaddr ||
        (each->ifa_flags & wanted) != wanted)
      continue;
    struct sockaddr_in to = *(const struct sockaddr_in *)each->ifa_broadaddr;
    to.sin_port = htons(port);
    if (sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof to) == (ssize_t)length) sent++;
  }
  freeifaddrs(list);
  close(fd);
  return sent;
}
