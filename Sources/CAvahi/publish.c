// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "mdns.h"

#include <avahi-common/alternative.h>
#include <avahi-common/domain.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <stdio.h>
#include <string.h>

// Withdrawing for another try takes the shared pointer record back for both, so it is seldom done.
enum { COLLISION_RETRY_MS = 300000 };

static void fail(tm_mdns *mdns, int error) {
  tm_failure(mdns, "publish the service", avahi_strerror(error));
  tm_poll_after(mdns->publish_timer, COLLISION_RETRY_MS);
}

// Without an interface avahi calls the service established, but nobody can have heard of it.
static void tell_published(tm_mdns *mdns) {
  if (mdns->has_multicast && mdns->service_group &&
      avahi_s_entry_group_get_state(mdns->service_group) == AVAHI_ENTRY_GROUP_ESTABLISHED)
    tm_notice(mdns, TM_MDNS_PUBLISHED);
}

static void service_changed(AvahiServer *server, AvahiSEntryGroup *group,
                            AvahiEntryGroupState state, void *userdata) {
  tm_mdns *mdns = userdata;
  (void)group;
  if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) tell_published(mdns);
  if (state == AVAHI_ENTRY_GROUP_FAILURE) fail(mdns, avahi_server_errno(server));
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    // The instance is the node's identity: it has no alternative. The other may go away.
    tm_notice(mdns, TM_MDNS_COLLISION);
    tm_poll_after(mdns->publish_timer, COLLISION_RETRY_MS);
  }
}

static void addresses_changed(AvahiServer *server, AvahiSEntryGroup *group,
                              AvahiEntryGroupState state, void *userdata) {
  tm_mdns *mdns = userdata;
  (void)group;
  if (state == AVAHI_ENTRY_GROUP_FAILURE) fail(mdns, avahi_server_errno(server));
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    // Two nodes whose identities begin alike: the host name is only a label, take another.
    char *other = avahi_alternative_host_name(mdns->host_name);
    if (!other) return;
    avahi_free(mdns->host_name);
    mdns->host_name = other;
    tm_poll_after(mdns->publish_timer, 0);
  }
}

static void full_host_name(const tm_mdns *mdns, char name[AVAHI_DOMAIN_NAME_MAX]) {
  snprintf(name, AVAHI_DOMAIN_NAME_MAX, "%s.%s", mdns->host_name,
           avahi_server_get_domain_name(mdns->server));
}

// avahi would register the addresses itself, with reverse records: those say whose address it is
// and would contradict the machine's own responder.
void tm_publish_addresses(tm_mdns *mdns, int is_forced) {
  tm_interface_address now[TM_ADDRESS_LIMIT];
  int has_multicast;
  int count = tm_interface_addresses(now, &has_multicast);
  if (has_multicast != mdns->has_multicast) {
    mdns->has_multicast = has_multicast;
    tm_notice(mdns, has_multicast ? TM_MDNS_NETWORK : TM_MDNS_NO_NETWORK);
    tell_published(mdns);
  }
  int is_same = count == mdns->address_count && memcmp(now, mdns->addresses, sizeof now) == 0;
  if (!mdns->server || mdns->port == 0 || (is_same && !is_forced)) return;
  memcpy(mdns->addresses, now, sizeof now);
  mdns->address_count = count;
  if (!mdns->address_group)
    mdns->address_group = avahi_s_entry_group_new(mdns->server, addresses_changed, mdns);
  if (!mdns->address_group) return;
  avahi_s_entry_group_reset(mdns->address_group);
  char name[AVAHI_DOMAIN_NAME_MAX];
  full_host_name(mdns, name);
  for (int i = 0; i < count; i++) {
    int error = avahi_server_add_address(mdns->server, mdns->address_group, now[i].interface,
                                         AVAHI_PROTO_UNSPEC, AVAHI_PUBLISH_NO_REVERSE, name,
                                         &now[i].address);
    if (error < 0) fail(mdns, error);
  }
  if (count) avahi_s_entry_group_commit(mdns->address_group);
}

void tm_withdraw(tm_mdns *mdns) {
  if (mdns->service_group) avahi_s_entry_group_free(mdns->service_group);
  if (mdns->address_group) avahi_s_entry_group_free(mdns->address_group);
  mdns->service_group = mdns->address_group = NULL;
}

void tm_publish(tm_mdns *mdns) {
  if (!mdns->server) return;
  tm_withdraw(mdns);
  tm_publish_addresses(mdns, 1);
  if (mdns->port == 0) return;
  mdns->service_group = avahi_s_entry_group_new(mdns->server, service_changed, mdns);
  if (!mdns->service_group) {
    fail(mdns, avahi_server_errno(mdns->server));
    return;
  }
  char name[AVAHI_DOMAIN_NAME_MAX];
  full_host_name(mdns, name);
  int error = avahi_server_add_service_strlst(
      mdns->server, mdns->service_group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0, mdns->instance,
      mdns->type, NULL, name, mdns->port, mdns->text);
  if (error == 0) error = avahi_s_entry_group_commit(mdns->service_group);
  if (error < 0) fail(mdns, error);
}
