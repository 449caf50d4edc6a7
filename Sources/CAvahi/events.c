// SPDX-License-Identifier: Apache-2.0
// What has happened, one at a time.
#include <avahi-common/error.h>
#include <stdio.h>
#include <string.h>

#include "mdns.h"

// The first of `notices`, taken out of them; 0 for none.
static int take_notice(unsigned *notices) {
  for (int kind = TM_MDNS_FOUND; kind <= TM_MDNS_FULL; kind++) {
    if (!(*notices & 1u << kind)) continue;
    *notices &= ~(1u << kind);
    return kind;
  }
  return 0;
}

static int next_notice(tm_mdns *mdns, tm_mdns_event *event) {
  memset(event, 0, sizeof *event);
  event->kind = take_notice(&mdns->notices);
  if (event->kind == TM_MDNS_FAILURE) strcpy(event->message, mdns->failure);
  for (int i = 0; i < TM_PUBLICATION_LIMIT && event->kind == 0; i++) {
    tm_publication *publication = &mdns->publications[i];
    event->publication = i;
    event->kind = take_notice(&publication->notices);
    if (event->kind == TM_MDNS_FAILURE)
      snprintf(event->message, sizeof event->message, "cannot publish %s: %s", publication->type,
               avahi_strerror(publication->error));
  }
  return event->kind != 0;
}

static int next_service_event(tm_mdns *mdns, tm_mdns_event *event) {
  for (int i = 0; i < mdns->capacity; i++) {
    tm_service *service = &mdns->services[i];
    if (!service->is_used || (!service->is_gone && !service->is_changed)) continue;
    *event = service->event;
    if (service->is_gone) {
      event->kind = TM_MDNS_LOST;
      service->is_used = 0;
    } else {
      event->kind = TM_MDNS_FOUND;
      service->is_changed = 0;
      service->is_told = 1;
    }
    return 1;
  }
  return 0;
}

int tm_mdns_next(tm_mdns *mdns, tm_mdns_event *event) {
  return next_notice(mdns, event) || next_service_event(mdns, event);
}
