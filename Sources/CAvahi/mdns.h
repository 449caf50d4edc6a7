// SPDX-License-Identifier: Apache-2.0
// What the parts of this module share.
#pragma once
#include <avahi-core/core.h>
#include <avahi-core/lookup.h>
#include <avahi-core/publish.h>

#include "cavahi.h"
#include "interfaces.h"
#include "poll.h"

/// One service of another node on one interface and address family.
typedef struct {
  int is_used;
  int is_gone;      // its removal is still to be told
  int is_changed;   // `event` is still to be told
  int is_told;      // it has been told as found
  int attempts;     // resolutions that failed in a row
  int64_t retry_ms; // time left before the next resolution, when there is no resolver
  AvahiIfIndex interface;
  AvahiProtocol protocol;
  AvahiSServiceResolver *resolver;
  tm_mdns *owner;
  tm_mdns_event event;
} tm_service;

struct tm_mdns {
  tm_poll poll;
  AvahiServer *server;
  AvahiSEntryGroup *service_group;
  AvahiSEntryGroup *address_group;
  AvahiSServiceBrowser *browser;
  AvahiTimeout *start_timer;      // (re)starts the server
  AvahiTimeout *publish_timer;    // publishes again after a collision
  AvahiTimeout *interface_timer;  // looks at the interfaces a moment after they changed
  AvahiTimeout *resolve_timer;    // resolves again what did not answer
  AvahiWatch *interface_watch;
  int interface_fd;
  int64_t start_delay_ms;
  int64_t wall_offset_ns;
  tm_interface_address addresses[TM_ADDRESS_LIMIT];
  int address_count;
  int has_multicast;
  int failure_told;
  int full_told;
  char *host_name;
  char *instance;
  char *type;
  AvahiStringList *text;
  uint16_t port;
  unsigned notices;              // bits of tm_mdns_kind still to be told
  char failure[128];
  int capacity;
  tm_service *services;
};

/// Adds an event that belongs to no service.
void tm_notice(tm_mdns *mdns, tm_mdns_kind kind);

/// Reports a failure, once until `failure_told` is cleared.
void tm_failure(tm_mdns *mdns, const char *what, const char *reason);

/// Publishes the service and the addresses; withdraws what was published before.
void tm_publish(tm_mdns *mdns);
void tm_publish_addresses(tm_mdns *mdns, int is_forced);
void tm_withdraw(tm_mdns *mdns);

/// Begins to follow the services of other nodes, or ends it and reports them all as lost.
int tm_browse(tm_mdns *mdns);
void tm_browse_end(tm_mdns *mdns);
void tm_resolve_again(tm_mdns *mdns);
