// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "mdns.h"

#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RESOLVE_TICK_MS = 10000 };

static int type_number(const tm_following *following) {
  return (int)(following - following->owner->followings);
}

static tm_service *find(tm_following *following, AvahiIfIndex interface, AvahiProtocol protocol,
                        const char *name) {
  tm_mdns *mdns = following->owner;
  for (int i = 0; i < mdns->capacity; i++) {
    tm_service *service = &mdns->services[i];
    if (service->is_used && service->following == following && service->interface == interface && service->protocol == protocol &&
        strcmp(service->event.instance, name) == 0)
      return service;
  }
  return NULL;
}

static tm_service *place(tm_mdns *mdns) {
  for (int i = 0; i < mdns->capacity; i++)
    if (!mdns->services[i].is_used) return &mdns->services[i];
  return NULL;
}

// Returns 0 when the value did not fit; then it is cut short.
static int copy_text(AvahiStringList *text, const char *key, char *to, size_t room) {
  AvahiStringList *entry = avahi_string_list_find(text, key);
  char *found_key = NULL, *value = NULL;
  size_t size = 0;
  to[0] = 0;
  if (!entry || avahi_string_list_get_pair(entry, &found_key, &value, &size) < 0) return 1;
  int fits = size < room;
  if (!fits) size = room - 1;
  if (!value) size = 0;
  if (value) memcpy(to, value, size);
  to[size] = 0;
  avahi_free(found_key);
  avahi_free(value);
  return fits;
}

static int fill(tm_mdns_event *event, const char *host_name, const AvahiAddress *address,
                uint16_t port, AvahiStringList *text) {
  if (!host_name || !address || strlen(host_name) >= sizeof event->host_name) return 0;
  strcpy(event->host_name, host_name);
  event->port = port;
  event->is_ipv6 = address->proto == AVAHI_PROTO_INET6;
  memset(event->address, 0, sizeof event->address);
  memcpy(event->address, address->data.data, event->is_ipv6 ? 16 : 4);
  if (event->type != 0) {
    // Cut short it would be another record.
    if (avahi_string_list_serialize(text, NULL, 0) > sizeof event->text) return 0;
    event->text_size = (uint16_t)avahi_string_list_serialize(text, event->text, sizeof event->text);
    return 1;
  }
  // A name is only shown; an identity, key or mesh cut short would be another one.
  copy_text(text, "node-name", event->node_name, sizeof event->node_name);
  return copy_text(text, "node-id", event->node_id, sizeof event->node_id) &&
         copy_text(text, "public-key", event->public_key, sizeof event->public_key) &&
         copy_text(text, "taumesh", event->taumesh, sizeof event->taumesh) &&
         copy_text(text, "mesh", event->mesh, sizeof event->mesh) && event->node_id[0];
}

static void resolved(AvahiSServiceResolver *resolver, AvahiIfIndex interface,
                     AvahiProtocol protocol, AvahiResolverEvent event, const char *name,
                     const char *type, const char *domain, const char *host_name,
                     const AvahiAddress *address, uint16_t port, AvahiStringList *text,
                     AvahiLookupResultFlags flags, void *userdata) {
  tm_service *service = userdata;
  (void)resolver, (void)interface, (void)protocol, (void)name, (void)type, (void)domain,
      (void)flags;
  if (event != AVAHI_RESOLVER_FOUND) {
    // Freed by the timer, not here within its own call.
    service->retry_ms = (int64_t)RESOLVE_TICK_MS << (service->attempts < 5 ? service->attempts : 5);
    service->attempts++;
    return;
  }
  service->attempts = 0;
  service->retry_ms = 0;
  tm_mdns_event seen = service->event;
  if (!fill(&seen, host_name, address, port, text)) return;
  if (service->is_told && memcmp(&seen, &service->event, sizeof seen) == 0) return;
  service->event = seen;
  service->is_changed = 1;
}

static void resolve(tm_service *service) {
  service->resolver = avahi_s_service_resolver_new(
      service->following->owner->server, service->interface, service->protocol,
      service->event.instance, service->following->type, NULL, service->protocol, AVAHI_LOOKUP_USE_MULTICAST, resolved, service);
  if (!service->resolver) service->retry_ms = RESOLVE_TICK_MS;
}

static void appear(tm_following *following, AvahiIfIndex interface, AvahiProtocol protocol,
                   const char *name) {
  tm_mdns *mdns = following->owner;
  if (strlen(name) >= sizeof mdns->services->event.instance) return;
  tm_service *service = find(following, interface, protocol, name);
  if (!service) {
    service = place(mdns);
    if (!service) {
      if (!mdns->full_told) tm_notice(mdns, TM_MDNS_FULL);
      mdns->full_told = 1;
      return;
    }
    memset(service, 0, sizeof *service);
    service->is_used = 1;
    service->following = following;
    service->event.type = type_number(following);
    service->interface = interface;
    service->protocol = protocol;
    service->event.interface = interface;
    strcpy(service->event.instance, name);
  }
  service->is_gone = 0;
  if (!service->resolver) resolve(service);
}

static void disappear(tm_service *service) {
  if (service->resolver) avahi_s_service_resolver_free(service->resolver);
  service->resolver = NULL;
  service->is_changed = 0;
  service->is_gone = service->is_told;
  service->is_used = service->is_told;
}

static int is_published(const tm_following *following, const char *name) {
  const tm_publication *publications = following->owner->publications;
  for (int i = 0; i < TM_PUBLICATION_LIMIT; i++)
    if (publications[i].owner && strcmp(publications[i].type, following->type) == 0 &&
        strcasecmp(publications[i].instance, name) == 0)
      return 1;
  return 0;
}

static void browsed(AvahiSServiceBrowser *browser, AvahiIfIndex interface, AvahiProtocol protocol,
                    AvahiBrowserEvent event, const char *name, const char *type,
                    const char *domain, AvahiLookupResultFlags flags, void *userdata) {
  tm_following *following = userdata;
  tm_mdns *mdns = following->owner;
  (void)browser, (void)type, (void)domain;
  if (event == AVAHI_BROWSER_FAILURE) {
    tm_failure(mdns, "follow services", avahi_strerror(avahi_server_errno(mdns->server)));
    tm_poll_after(mdns->start_timer, mdns->start_delay_ms);
  } else if (event == AVAHI_BROWSER_NEW) {
    int is_own = (flags & AVAHI_LOOKUP_RESULT_OUR_OWN) || is_published(following, name);
    if (!is_own) appear(following, interface, protocol, name);
  } else if (event == AVAHI_BROWSER_REMOVE) {
    tm_service *service = find(following, interface, protocol, name);
    if (service) disappear(service);
  }
}

static int browse(tm_following *following) {
  tm_mdns *mdns = following->owner;
  if (!mdns || following->browser) return 0;
  following->browser = avahi_s_service_browser_new(
      mdns->server, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, following->type, NULL,
      AVAHI_LOOKUP_USE_MULTICAST, browsed, following);
  return following->browser ? 0 : -1;
}

int tm_browse(tm_mdns *mdns) {
  int status = 0;
  for (int i = 0; i < TM_TYPE_LIMIT; i++) status |= browse(&mdns->followings[i]);
  tm_poll_after(mdns->resolve_timer, RESOLVE_TICK_MS);
  return status;
}

static void end_browsers(tm_mdns *mdns) {
  for (int i = 0; i < TM_TYPE_LIMIT; i++) {
    if (mdns->followings[i].browser) avahi_s_service_browser_free(mdns->followings[i].browser);
    mdns->followings[i].browser = NULL;
  }
}

// Services passed over for lack of room are reported again to a new browser.
static void follow_passed_over(tm_mdns *mdns) {
  if (!mdns->full_told || !mdns->server) return;
  if (!place(mdns)) return;
  mdns->full_told = 0;
  end_browsers(mdns);
  tm_browse(mdns);
}

void tm_resolve_again(tm_mdns *mdns) {
  for (int i = 0; i < mdns->capacity; i++) {
    tm_service *service = &mdns->services[i];
    if (!service->is_used || service->is_gone || service->retry_ms == 0) continue;
    if (service->resolver) avahi_s_service_resolver_free(service->resolver);
    service->resolver = NULL;
    service->retry_ms -= RESOLVE_TICK_MS;
    if (service->retry_ms > 0) continue;
    service->retry_ms = 0;
    resolve(service);
  }
  follow_passed_over(mdns);
  tm_poll_after(mdns->resolve_timer, RESOLVE_TICK_MS);
}

void tm_browse_end(tm_mdns *mdns) {
  for (int i = 0; i < mdns->capacity; i++)
    if (mdns->services[i].is_used) disappear(&mdns->services[i]);
  end_browsers(mdns);
}

tm_following *tm_following_add(tm_mdns *mdns, const char *type) {
  for (int i = 0; i < TM_TYPE_LIMIT; i++) {
    if (mdns->followings[i].owner) continue;
    mdns->followings[i].owner = mdns;
    mdns->followings[i].type = avahi_strdup(type);
    return &mdns->followings[i];
  }
  return NULL;
}

void tm_following_free(tm_following *following) {
  if (following->browser) avahi_s_service_browser_free(following->browser);
  avahi_free(following->type);
  memset(following, 0, sizeof *following);
}

int tm_mdns_follow(tm_mdns *mdns, const char *type) {
  tm_following *following = tm_following_add(mdns, type);
  if (!following) return -1;
  if (mdns->server && browse(following) != 0)
    tm_failure(mdns, "follow services", avahi_strerror(avahi_server_errno(mdns->server)));
  return type_number(following);
}

void tm_mdns_unfollow(tm_mdns *mdns, int type) {
  if (type <= 0 || type >= TM_TYPE_LIMIT) return;
  for (int i = 0; i < mdns->capacity; i++) {
    tm_service *service = &mdns->services[i];
    if (service->is_used && service->event.type == type) disappear(service);
  }
  tm_following_free(&mdns->followings[type]);
}
