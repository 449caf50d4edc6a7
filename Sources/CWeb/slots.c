// SPDX-License-Identifier: Apache-2.0
// The table of connections, and the queue of what happened on them.
#include "web.h"

enum { SLOT_BITS = 12, GENERATIONS = 1 << (32 - SLOT_BITS), KEPT_BODY = 4096 };

tm_slot *tm_slot_take(tm_web *web, tm_role role, struct lws *wsi) {
  int *count = role == TM_SERVER ? &web->served : &web->made;
  if (*count >= (role == TM_SERVER ? web->server_limit : web->client_limit)) return NULL;
  for (int i = 0; i < web->slot_count; i++) {
    tm_slot *slot = &web->slots[i];
    if (slot->role != TM_FREE) continue;
    memset(slot, 0, sizeof *slot);
    web->generation = (web->generation + 1) % GENERATIONS;
    if (!web->generation) web->generation = 1;
    slot->number = web->generation << SLOT_BITS | (uint32_t)i;
    slot->web = web;
    slot->role = role;
    slot->wsi = wsi;
    slot->limit = TM_WEB_BODY_LIMIT;
    web->is_stale = 1;
    ++*count;
    return slot;
  }
  return NULL;
}

void tm_slot_free(tm_slot *slot) {
  tm_web *web = slot->web;
  if (slot->role == TM_FREE) return;
  // Whoever was told that it is there is told that it has gone.
  if (!slot->is_ended && slot->is_told && !web->is_closing)
    tm_queue(slot, slot->role == TM_SERVER ? TM_WEB_CLOSED : TM_WEB_FAILED, 0,
             slot->role == TM_SERVER ? "" : "the connection was closed", NULL, 0);
  --*(slot->role == TM_SERVER ? &web->served : &web->made);
  tm_drop_messages(slot);
  web->held -= slot->room;
  free(slot->body);
  free(slot->answer);
  free(slot->authorization);
  free(slot->more);
  memset(slot, 0, sizeof *slot);
}

tm_slot *tm_slot_find(tm_web *web, uint32_t connection) {
  int index = (int)(connection & ((1u << SLOT_BITS) - 1));
  if (index >= web->slot_count) return NULL;
  tm_slot *slot = &web->slots[index];
  return slot->role != TM_FREE && slot->number == connection ? slot : NULL;
}

int tm_slot_append(tm_slot *slot, const void *bytes, size_t length, size_t limit) {
  if (slot->length + length > limit) return 0;
  if (slot->length + length > slot->room) {
    size_t room = slot->room ? slot->room * 2 : 256;
    while (room < slot->length + length) room *= 2;
    tm_web *web = slot->web;
    if (web->memory_limit && web->held + room - slot->room > web->memory_limit) return 0;
    uint8_t *more = realloc(slot->body, room);
    if (!more) return 0;
    web->held += room - slot->room;
    slot->body = more;
    slot->room = room;
  }
  memcpy(slot->body + slot->length, bytes, length);
  slot->length += length;
  return 1;
}

void tm_slot_empty(tm_slot *slot) {
  slot->length = 0;
  if (slot->room <= KEPT_BODY) return;
  slot->web->held -= slot->room;
  free(slot->body);
  slot->body = NULL;
  slot->room = 0;
}

typedef struct {
  tm_web_event event;
  size_t name_length, size;
} record;

static size_t aligned(size_t size) { return (size + 15) & ~(size_t)15; }

static int is_end(tm_web_kind kind) {
  return kind == TM_WEB_CLOSED || kind == TM_WEB_DONE || kind == TM_WEB_FAILED;
}

int tm_queue_has_room(const tm_web *web) {
  return web->used + web->message_limit + TM_WEB_ANSWER_LIMIT + TM_QUEUE_RESERVE <= web->queue_size;
}

int tm_queue(tm_slot *slot, tm_web_kind kind, int status, const char *name, const void *bytes,
             size_t length) {
  tm_web *web = slot->web;
  size_t name_length = strlen(name) + 1;
  size_t size = aligned(sizeof(record) + name_length + length);
  size_t limit = is_end(kind) ? web->queue_size : web->queue_size - TM_QUEUE_RESERVE;
  if (web->used + size > limit) {
    web->counters.dropped_events++;
    return 0;
  }
  uint8_t *start = web->queue + web->used;
  record *entry = (record *)start;
  *entry = (record){.event = {.kind = kind,
                              .connection = slot->number,
                              .status = status,
                              .is_authorised = slot->is_authorised,
                              .length = length},
                    .name_length = name_length,
                    .size = size};
  memcpy(start + sizeof(record), name, name_length);
  if (length) memcpy(start + sizeof(record) + name_length, bytes, length);
  web->used += size;
  return 1;
}

int tm_web_next(tm_web *web, tm_web_event *event) {
  if (web->taken >= web->used) return 0;
  uint8_t *start = web->queue + web->taken;
  record *entry = (record *)start;
  *event = entry->event;
  event->name = (const char *)(start + sizeof(record));
  event->bytes = start + sizeof(record) + entry->name_length;
  web->taken += entry->size;
  return 1;
}

int tm_fail(tm_slot *slot, const char *reason) {
  char line[128];
  // What libwebsockets says when its resolver found nothing.
  if (strstr(reason, "getaddrinfo")) reason = "the host's name is not known";
  size_t length = strcspn(reason, "\r\n");
  snprintf(line, sizeof line, "%.*s", (int)length, reason);
  if (!slot->is_ended) tm_queue(slot, TM_WEB_FAILED, 0, line, NULL, 0);
  slot->is_ended = 1;
  return -1;
}

void tm_close_soon(tm_slot *slot) {
  // A stream of MQTT goes with the connection below it.
  lws_set_timeout(lws_get_network_wsi(slot->wsi), PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

// How long may be waited for this connection alone. libwebsockets does not tell of its resolver's
// sockets, nor of an MQTT stream that wants to write: these are looked after now and then.
static int64_t patience_us(const tm_slot *slot, int64_t now) {
  enum { LOOK_US = 20000, KEEPALIVE_US = 1000000 };
  int64_t wait = INT64_MAX;
  if (slot->role != TM_SERVER && !slot->is_ready) wait = LOOK_US;
  if (slot->role == TM_BROKER && slot->is_ready) wait = KEEPALIVE_US;
  if (slot->deadline_us && slot->deadline_us - now < wait) wait = slot->deadline_us - now;
  if (slot->quiet_us && slot->quiet_us - now < wait) wait = slot->quiet_us - now;
  return wait;
}

int tm_check_deadlines(tm_web *web, int limit) {
  int64_t now = tm_now_us(), wait = (int64_t)limit * 1000;
  // A relay has a thousand of them: they are looked through when one may be due.
  if (!web->made && !web->is_stale && now < web->due_us)
    return (int)((web->due_us - now < wait ? web->due_us - now : wait) + 999) / 1000;
  web->is_stale = 0;
  for (int i = 0; i < web->slot_count; i++) {
    tm_slot *slot = &web->slots[i];
    if (slot->role == TM_FREE || slot->is_ended || !slot->wsi) continue;
    int64_t left = patience_us(slot, now);
    if (left <= 0) {
      if (slot->role == TM_SERVER) {
        slot->deadline_us = 0;
      } else {
        tm_fail(slot, "no answer in time");
      }
      tm_close_soon(slot);
      left = 1000;
    }
    if (left < wait) wait = left;
  }
  web->due_us = now + wait;
  return (int)((wait + 999) / 1000);
}

// The address that /etc/hosts gives a name, which libwebsockets' resolver does not read. The file is
// small and on the machine itself: reading it blocks no longer than any other.
static int address_in_hosts(const char *name, char *address, size_t size) {
  char line[512];
  FILE *file = fopen("/etc/hosts", "re");
  int found = 0;
  while (file && !found && fgets(line, sizeof line, file)) {
    line[strcspn(line, "#\n")] = 0;
    char *rest = NULL, *first = strtok_r(line, " \t", &rest), *word;
    while (first && (word = strtok_r(NULL, " \t", &rest))) {
      if (strcasecmp(word, name) || strlen(first) >= size) continue;
      strcpy(address, first);
      found = 1;
      break;
    }
  }
  if (file) fclose(file);
  return found;
}

void tm_connect(tm_slot *slot, struct lws_client_connect_info *info) {
  char address[64];
  tm_web *web = slot->web;
  uint32_t number = slot->number;
  const char *reason = "cannot connect";
  info->context = web->context;
  info->vhost = tm_vhost(web, info->ssl_connection & LCCSCF_USE_SSL);
  info->host = info->address;
  if (address_in_hosts(info->address, address, sizeof address)) info->address = address;
  // A WebSocket names no subprotocol.
  info->local_protocol_name = "http";
  info->protocol = info->method ? "http" : NULL;
  info->opaque_user_data = slot;
  info->pwsi = &slot->wsi;
  if (info->vhost) {
    lws_client_connect_via_info(info);
  } else {
    reason = "no certificates to check the server's with";
  }
  // It may have failed, and its slot be free again, already: then an event says so.
  if (slot->role != TM_FREE && slot->number == number && !slot->wsi) {
    tm_fail(slot, reason);
    tm_slot_free(slot);
  }
  tm_rearm(web);
}
