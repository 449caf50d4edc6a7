// SPDX-License-Identifier: Apache-2.0
// Messages of WebSockets in both directions, and WebSockets of ours.
#include "web.h"

// So many messages that were dropped while others waited end a connection.
enum { MOST_DROPPED = 64, MISUSE_STATUS = 1009, SLOW_STATUS = 1008, CLOSE_SECONDS = 5 };

int tm_receive_message(struct lws *wsi, tm_slot *slot, const void *bytes, size_t length) {
  if (slot->is_ended) return 0;
  if (!tm_slot_append(slot, bytes, length, slot->limit)) {
    slot->web->counters.refused_bodies++;
    lws_close_reason(wsi, (enum lws_close_status)MISUSE_STATUS, NULL, 0);
    return -1;
  }
  if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi)) return 0;
  tm_queue(slot, TM_WEB_MESSAGE, 0, slot->name, slot->body, slot->length);
  tm_slot_empty(slot);
  return 0;
}

static void drop_first(tm_slot *slot) {
  tm_message *message = slot->first;
  slot->first = message->next;
  if (!slot->first) slot->last = NULL;
  slot->waiting -= message->length;
  slot->web->held -= message->length;
  free(message);
}

void tm_drop_messages(tm_slot *slot) {
  while (slot->first) drop_first(slot);
}

static int is_too_much(const tm_slot *slot, size_t length) {
  const tm_web *web = slot->web;
  return slot->waiting + length > web->backlog_limit ||
         (web->memory_limit && web->held + length > web->memory_limit);
}

int tm_web_say(tm_web *web, uint32_t connection, const uint8_t *bytes, size_t length) {
  tm_slot *slot = tm_slot_find(web, connection);
  if (!slot || slot->is_ended || !slot->is_socket) return 1;
  while (slot->first && is_too_much(slot, length)) {
    drop_first(slot);
    slot->dropped++;
    web->counters.dropped_messages++;
  }
  tm_message *message = NULL;
  // A single message may be as long as it is, but not all of them together.
  if (!web->memory_limit || web->held + length <= web->memory_limit)
    message = malloc(sizeof *message + LWS_PRE + length);
  if (!message) {
    slot->dropped++;
    web->counters.dropped_messages++;
    return slot->dropped <= MOST_DROPPED;
  }
  message->next = NULL;
  message->length = length;
  memcpy(message->bytes + LWS_PRE, bytes, length);
  if (slot->last) slot->last->next = message;
  if (!slot->first) slot->first = message;
  slot->last = message;
  slot->waiting += length;
  web->held += length;
  lws_callback_on_writable(slot->wsi);
  return slot->dropped <= MOST_DROPPED;
}

int tm_write_messages(struct lws *wsi, tm_slot *slot) {
  while (slot->first && !lws_send_pipe_choked(wsi)) {
    tm_message *message = slot->first;
    int written = lws_write(wsi, message->bytes + LWS_PRE, message->length, LWS_WRITE_TEXT);
    drop_first(slot);
    if (written < 0) return -1;
  }
  if (slot->first) {
    lws_callback_on_writable(wsi);
    return 0;
  }
  slot->dropped = 0;
  if (!slot->is_ended) return 0;
  lws_close_reason(wsi, (enum lws_close_status)slot->close_status, NULL, 0);
  return -1;
}

void tm_web_trust(tm_web *web, uint32_t connection) {
  tm_slot *slot = tm_slot_find(web, connection);
  if (slot) slot->limit = web->message_limit;
}

void tm_end_socket(tm_slot *slot) {
  if (slot->close_status == SLOW_STATUS) tm_drop_messages(slot);
  // Who does not even read its close is not waited for.
  lws_set_timeout(slot->wsi, PENDING_TIMEOUT_USER_OK, CLOSE_SECONDS);
  lws_callback_on_writable(slot->wsi);
}

static int add_authorization(struct lws *wsi, tm_slot *slot, uint8_t **at, size_t room) {
  if (!slot->authorization) return 0;
  return lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION,
                                      (const uint8_t *)slot->authorization,
                                      (int)strlen(slot->authorization), at, *at + room)
             ? tm_fail(slot, "the request's headers are too long")
             : 0;
}

static int has_ended(tm_slot *slot) {
  if (!slot->is_ended)
    tm_queue(slot, TM_WEB_FAILED, slot->status, "the server closed the connection", NULL, 0);
  slot->is_ended = 1;
  return -1;
}

int tm_follow_socket(struct lws *wsi, tm_slot *slot, enum lws_callback_reasons reason, void *in,
                     size_t length) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      return add_authorization(wsi, slot, in, length);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: return tm_fail(slot, in ? in : "cannot connect");
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      if (slot->is_ended) return -1;
      slot->is_ready = slot->is_socket = slot->is_told = 1;
      slot->deadline_us = 0;
      slot->limit = slot->web->message_limit;
      return tm_queue(slot, TM_WEB_OPENED, 0, "", NULL, 0) ? 0 : tm_fail(slot, "too much at once");
    case LWS_CALLBACK_CLIENT_RECEIVE: return tm_receive_message(wsi, slot, in, length);
    case LWS_CALLBACK_CLIENT_WRITEABLE: return tm_write_messages(wsi, slot);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      if (length >= 2) slot->status = ((const uint8_t *)in)[0] << 8 | ((const uint8_t *)in)[1];
      return 0;
    case LWS_CALLBACK_CLIENT_CLOSED: return has_ended(slot);
    default: return 0;
  }
}

uint32_t tm_web_join(tm_web *web, const tm_web_socket *socket) {
  tm_slot *slot = tm_slot_take(web, TM_SOCKET, NULL);
  if (!slot) return 0;
  uint32_t number = slot->number;
  slot->authorization = socket->authorization ? strdup(socket->authorization) : NULL;
  slot->deadline_us = tm_now_us() + (int64_t)socket->timeout_ms * 1000;
  struct lws_client_connect_info info;
  memset(&info, 0, sizeof info);
  info.address = info.origin = socket->host;
  info.port = socket->port;
  info.path = socket->path;
  info.alpn = "http/1.1";
  // Certificate, host name and dates are checked: none of the flags that allow less.
  info.ssl_connection = (socket->is_tls ? LCCSCF_USE_SSL : 0) | LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
  tm_connect(slot, &info);
  return number;
}
