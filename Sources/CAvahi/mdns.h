// SPDX-License-Identifier: Apache-2.0
// What the parts of this module share.
#pragma once
#include <avahi-core/core.h>
#include <avahi-core/lookup.h>
#include <avahi-core/publish.h>

#include "cavahi.h"
#include "interfaces.h"
#include "poll.h"

// Two services for each of eight groups, beside the node's own; and their two types.
enum { TM_PUBLICATION_LIMIT = 17, TM_TYPE_LIMIT = 3 };

/// One service of this node.
typedef struct {
  tm_mdns *owner;  // null where there is none
  char *instance;
  char *type;
  AvahiStringList *text;
  uint16_t port;
  AvahiSEntryGroup *group;
  unsigned notices;  // bits of tm_mdns_kind still to be told
  int error;         // of the failure among them
} tm_publication;

/// One type of service that is followed.
typedef struct {
  tm_mdns *owner;  // null where there is none
  char *type;
  AvahiSServiceBrowser *browser;
} tm_following;

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
  tm_following *following;
  tm_mdns_event event;
} tm_service;

struct tm_mdns {
  tm_poll poll;
  AvahiServer *server;
  AvahiSEntryGroup *address_group;
  tm_publication publications[TM_PUBLICATION_LIMIT];
  tm_following followings[TM_TYPE_LIMIT];
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
  unsigned notices;              // bits of tm_mdns_kind still to be told
  char failure[128];
  int capacity;
  tm_service *services;
};

/// Adds an event that belongs to no service.
void tm_notice(tm_mdns *mdns, tm_mdns_kind kind);

/// Reports a failure, once until `failure_told` is cleared.
void tm_failure(tm_mdns *mdns, const char *what, const char *reason);

/// Keeps a service, to be published when the server runs.
tm_publication *tm_publication_add(tm_mdns *mdns, const char *instance, const char *type,
                                   AvahiStringList *text, uint16_t port);
void tm_publication_free(tm_publication *publication);

/// Publishes the services and the addresses; withdraws what was published before.
void tm_publish(tm_mdns *mdns);
void tm_publish_addresses(tm_mdns *mdns, int is_forced);
void tm_withdraw(tm_mdns *mdns);

/// Begins to follow the services of other nodes, or ends it and reports them all as lost.
tm_following *tm_following_add(tm_mdns *mdns, const char *type);
void tm_following_free(tm_following *following);
int tm_browse(tm_mdns *mdns);
void tm_browse_end(tm_mdns *mdns);
void tm_resolve_again(tm_mdns *mdns);
