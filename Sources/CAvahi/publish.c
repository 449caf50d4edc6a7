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

static void fail_service(tm_publication *publication, int error) {
  tm_mdns *mdns = publication->owner;
  if (publication == mdns->publications) {
    fail(mdns, error);
    return;
  }
  publication->error = error;
  publication->notices |= 1u << TM_MDNS_FAILURE;
  tm_poll_after(mdns->publish_timer, COLLISION_RETRY_MS);
}

// Without an interface avahi calls a service established, but nobody can have heard of it.
static void tell_published(tm_publication *publication) {
  if (publication->owner && publication->owner->has_multicast && publication->group &&
      avahi_s_entry_group_get_state(publication->group) == AVAHI_ENTRY_GROUP_ESTABLISHED)
    publication->notices |= 1u << TM_MDNS_PUBLISHED;
}

static void service_changed(AvahiServer *server, AvahiSEntryGroup *group,
                            AvahiEntryGroupState state, void *userdata) {
  tm_publication *publication = userdata;
  (void)group;
  if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) tell_published(publication);
  if (state == AVAHI_ENTRY_GROUP_FAILURE) fail_service(publication, avahi_server_errno(server));
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    // The instance is the node's identity: it has no alternative. The other may go away.
    publication->notices |= 1u << TM_MDNS_COLLISION;
    tm_poll_after(publication->owner->publish_timer, COLLISION_RETRY_MS);
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
    for (int i = 0; i < TM_PUBLICATION_LIMIT; i++) tell_published(&mdns->publications[i]);
  }
  int is_same = count == mdns->address_count && memcmp(now, mdns->addresses, sizeof now) == 0;
  if (!mdns->server || mdns->publications->port == 0 || (is_same && !is_forced)) return;
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
  for (int i = 0; i < TM_PUBLICATION_LIMIT; i++) {
    if (mdns->publications[i].group) avahi_s_entry_group_free(mdns->publications[i].group);
    mdns->publications[i].group = NULL;
  }
  if (mdns->address_group) avahi_s_entry_group_free(mdns->address_group);
  mdns->address_group = NULL;
}

static void publish(tm_publication *publication) {
  tm_mdns *mdns = publication->owner;
  if (!mdns || publication->port == 0) return;
  publication->group = avahi_s_entry_group_new(mdns->server, service_changed, publication);
  if (!publication->group) {
    fail_service(publication, avahi_server_errno(mdns->server));
    return;
  }
  char name[AVAHI_DOMAIN_NAME_MAX];
  full_host_name(mdns, name);
  int error = avahi_server_add_service_strlst(
      mdns->server, publication->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0,
      publication->instance, publication->type, NULL, name, publication->port, publication->text);
  if (error == 0) error = avahi_s_entry_group_commit(publication->group);
  if (error < 0) fail_service(publication, error);
}

void tm_publish(tm_mdns *mdns) {
  if (!mdns->server) return;
  tm_withdraw(mdns);
  tm_publish_addresses(mdns, 1);
  for (int i = 0; i < TM_PUBLICATION_LIMIT; i++) publish(&mdns->publications[i]);
}

tm_publication *tm_publication_add(tm_mdns *mdns, const char *instance, const char *type,
                                   AvahiStringList *text, uint16_t port) {
  for (int i = 0; i < TM_PUBLICATION_LIMIT; i++) {
    tm_publication *publication = &mdns->publications[i];
    if (publication->owner) continue;
    memset(publication, 0, sizeof *publication);
    publication->owner = mdns;
    publication->instance = avahi_strdup(instance);
    publication->type = avahi_strdup(type);
    publication->text = text;
    publication->port = port;
    return publication;
  }
  avahi_string_list_free(text);
  return NULL;
}

void tm_publication_free(tm_publication *publication) {
  if (publication->group) avahi_s_entry_group_free(publication->group);
  avahi_free(publication->instance);
  avahi_free(publication->type);
  avahi_string_list_free(publication->text);
  memset(publication, 0, sizeof *publication);
}

int tm_mdns_publish(tm_mdns *mdns, const char *instance, const char *type, const uint8_t *text,
                    size_t size, uint16_t port) {
  AvahiStringList *list = NULL;
  if (avahi_string_list_parse(text, size, &list) < 0) return -1;
  tm_publication *publication = tm_publication_add(mdns, instance, type, list, port);
  if (!publication) return -1;
  // Before the server runs there is nothing to publish at; when it does, all are published.
  if (mdns->server && avahi_server_get_state(mdns->server) == AVAHI_SERVER_RUNNING)
    publish(publication);
  return (int)(publication - mdns->publications);
}

void tm_mdns_withdraw(tm_mdns *mdns, int publication) {
  if (publication > 0 && publication < TM_PUBLICATION_LIMIT)
    tm_publication_free(&mdns->publications[publication]);
}
