// SPDX-License-Identifier: Apache-2.0
// One node as far as discovery goes: publishes, follows, and prints each event as one line, until
// SIGTERM. Arguments: host name, instance, node id, mesh, port, capacity.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cavahi.h"

static volatile sig_atomic_t is_over;

static void end(int signal) {
  (void)signal;
  is_over = 1;
}

static void print(const tm_mdns_event *event) {
  static const char *const names[] = {"",        "found",      "lost",    "published", "collision",
                                      "failure", "no-network", "network", "full"};
  char address[INET6_ADDRSTRLEN] = "";
  if (event->port)
    inet_ntop(event->is_ipv6 ? AF_INET6 : AF_INET, event->address, address, sizeof address);
  printf("%s id=%s name=%s mesh=%s taumesh=%s host=%s at=%s port=%u instance=%s %s\n",
         names[event->kind], event->node_id, event->node_name, event->mesh, event->taumesh,
         event->host_name, address, event->port, event->instance, event->message);
  fflush(stdout);
}

int main(int count, char **arguments) {
  if (count != 7) return 2;
  char text[512];
  snprintf(text, sizeof text, "node-id=%s\nnode-name=%s\npublic-key=AAAA\nhostname=%s\ntaumesh=1\nmesh=%s",
           arguments[3], arguments[1], arguments[1], arguments[4]);
  tm_mdns_config config = {.host_name = arguments[1],
                           .instance = arguments[2],
                           .type = "_sym._tcp",
                           .text = text,
                           .port = (uint16_t)atoi(arguments[5]),
                           .capacity = atoi(arguments[6])};
  tm_mdns *mdns = tm_mdns_open(&config);
  if (!mdns) return 1;
  signal(SIGTERM, end);
  while (!is_over) {
    struct pollfd ready = {.fd = tm_mdns_descriptor(mdns), .events = POLLIN};
    tm_mdns_event event;
    if (poll(&ready, 1, -1) == 1) tm_mdns_process(mdns);
    while (tm_mdns_next(mdns, &event)) print(&event);
  }
  tm_mdns_close(mdns);
  return 0;
}
