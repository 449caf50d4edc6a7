// SPDX-License-Identifier: Apache-2.0
// Requests and WebSockets of others.
#include "web.h"

// A request has to be there whole, and its answer taken, in this time.
enum { REQUEST_US = 10 * 1000000 };

static int has_token(struct lws *wsi, const tm_web *web) {
  static const char scheme[] = "Bearer ";
  char header[sizeof scheme + TM_WEB_TOKEN_LIMIT + 1] = {0};
  int length = lws_hdr_copy(wsi, header, sizeof header - 1, WSI_TOKEN_HTTP_AUTHORIZATION);
  size_t size = strlen(web->token);
  if (size == 0 || length != (int)(sizeof scheme - 1 + size)) return 0;
  // The time taken must not tell how much of it is right.
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < sizeof scheme - 1; i++) difference |= (uint8_t)(header[i] ^ scheme[i]);
  for (size_t i = 0; i < size; i++)
    difference |= (uint8_t)(header[sizeof scheme - 1 + i] ^ web->token[i]);
  return difference == 0;
}

static int method_of(struct lws *wsi) {
  if (lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI)) return TM_WEB_POST;
  return lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) ? TM_WEB_GET : TM_WEB_OTHER;
}

static void set_answer(tm_slot *slot, int status, const char *json, size_t length, int keeps) {
  if (length > TM_WEB_ANSWER_LIMIT) length = 0;
  free(slot->answer);
  slot->answer = malloc(LWS_PRE + length + 1);
  if (slot->answer) memcpy(slot->answer + LWS_PRE, json, length);
  slot->answer_length = slot->answer ? length : 0;
  slot->status = status;
  slot->keeps = keeps;
  slot->has_answer = 1;
  slot->waits = 0;
  lws_callback_on_writable(slot->wsi);
}

// Answers before the whole request is there; what is still to come is thrown away.
static int refuse(tm_slot *slot, int status, const char *json) {
  slot->is_refused = 1;
  set_answer(slot, status, json, strlen(json), 0);
  return 0;
}

static int refuse_body(tm_slot *slot, int status, const char *json) {
  slot->web->counters.refused_bodies++;
  return refuse(slot, status, json);
}

static int begin_request(struct lws *wsi, tm_slot *slot, const char *path, size_t length) {
  char text[24] = {0};
  slot->length = slot->sent = 0;
  slot->is_refused = slot->has_answer = slot->waits = 0;
  slot->method = method_of(wsi);
  slot->is_authorised = has_token(wsi, slot->web);
  slot->deadline_us = tm_now_us() + REQUEST_US;
  slot->web->is_stale = 1;
  if (!slot->is_authorised) slot->web->counters.refused_tokens++;
  if (length >= sizeof slot->name)
    return refuse(slot, 414, "{\"error\":\"the path is too long\"}");
  memcpy(slot->name, path, length);
  slot->name[length] = 0;
  if (slot->method == TM_WEB_GET) return 1;
  if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING))
    return refuse_body(slot, 411, "{\"error\":\"expected a body with Content-Length\"}");
  lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH);
  if (strlen(text) > 9 || atoll(text) > TM_WEB_BODY_LIMIT)
    return refuse_body(slot, 413, "{\"error\":\"expected a body of at most 4096 bytes\"}");
  return atoll(text) > 0 ? 0 : 1;
}

static int complete_request(tm_slot *slot) {
  if (slot->is_refused || slot->waits) return 0;
  if (tm_queue(slot, TM_WEB_REQUEST, slot->method, slot->name, slot->body, slot->length)) {
    slot->waits = 1;
    slot->is_told = 1;
    return 0;
  }
  return refuse(slot, 503, "{\"error\":\"too much at once; try again\"}");
}

static int write_answer(struct lws *wsi, tm_slot *slot) {
  uint8_t head[LWS_PRE + 512], *start = head + LWS_PRE, *at = start, *end = head + sizeof head - 1;
  if (!slot->has_answer) return 0;
  slot->has_answer = 0;
  if (lws_add_http_common_headers(wsi, (unsigned)slot->status, "application/json",
                                  slot->answer_length, &at, end))
    return -1;
  static const uint8_t no_store[] = "no-store", close_it[] = "close", scheme[] = "Bearer";
  if (lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_CACHE_CONTROL, no_store, 8, &at, end))
    return -1;
  if (slot->status == 401 &&
      lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_WWW_AUTHENTICATE, scheme, 6, &at, end))
    return -1;
  if (!slot->keeps &&
      lws_add_http_header_by_name(wsi, (const uint8_t *)"connection:", close_it, 5, &at, end))
    return -1;
  if (lws_finalize_write_http_header(wsi, start, &at, end)) return -1;
  if (slot->answer_length &&
      lws_write(wsi, slot->answer + LWS_PRE, slot->answer_length, LWS_WRITE_HTTP_FINAL) < 0)
    return -1;
  slot->deadline_us = 0;
  if (!slot->keeps) return -1;
  return lws_http_transaction_completed(wsi) ? -1 : 0;
}

// What a relay is shown of whom it lets in: the token of the header, which may be any.
static int admit(struct lws *wsi, tm_slot *slot) {
  static const char scheme[] = "Bearer ";
  char text[512];
  if (lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_AUTHORIZATION) > 0 &&
      !strncasecmp(text, scheme, sizeof scheme - 1))
    slot->authorization = strdup(text + sizeof scheme - 1);
  return lws_hdr_copy(wsi, slot->name, sizeof slot->name, WSI_TOKEN_GET_URI) > 0 ? 0 : -1;
}

// Only WebSockets with the token; 401 otherwise.
static int confirm_upgrade(struct lws *wsi, tm_slot *slot, const char *protocol) {
  static const char text[] =
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Type: application/json\r\n"
      "Content-Length: 40\r\nConnection: close\r\n\r\n"
      "{\"error\":\"expected the surface's token\"}";
  if (strcasecmp(protocol, "websocket")) return -1;
  if (slot->web->is_relay) return admit(wsi, slot);
  if (has_token(wsi, slot->web)) {
    int length = lws_hdr_copy(wsi, slot->name, sizeof slot->name, WSI_TOKEN_GET_URI);
    slot->is_authorised = 1;
    return length > 0 ? 0 : -1;
  }
  slot->web->counters.refused_tokens++;
  uint8_t answer[LWS_PRE + sizeof text];
  memcpy(answer + LWS_PRE, text, sizeof text - 1);
  lws_write(wsi, answer + LWS_PRE, sizeof text - 1, LWS_WRITE_HTTP_HEADERS);
  return -1;
}

int tm_serve(struct lws *wsi, tm_web *web, tm_slot *slot, enum lws_callback_reasons reason,
             void *in, size_t length) {
  (void)web;
  switch (reason) {
    case LWS_CALLBACK_HTTP:
      return begin_request(wsi, slot, in, length) ? complete_request(slot) : 0;
    case LWS_CALLBACK_HTTP_BODY:
      if (slot->is_refused || tm_slot_append(slot, in, length, TM_WEB_BODY_LIMIT)) return 0;
      return refuse_body(slot, 413, "{\"error\":\"expected a body of at most 4096 bytes\"}");
    case LWS_CALLBACK_HTTP_BODY_COMPLETION: return complete_request(slot);
    case LWS_CALLBACK_HTTP_WRITEABLE: return write_answer(wsi, slot);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return confirm_upgrade(wsi, slot, in);
    case LWS_CALLBACK_ESTABLISHED:
      slot->is_socket = 1;
      slot->deadline_us = 0;
      if (!tm_queue(slot, TM_WEB_OPENED, 0, slot->name, slot->authorization,
                    slot->authorization ? strlen(slot->authorization) : 0))
        return -1;
      slot->is_told = 1;
      return 0;
    case LWS_CALLBACK_RECEIVE: return tm_receive_message(wsi, slot, in, length);
    case LWS_CALLBACK_SERVER_WRITEABLE: return tm_write_messages(wsi, slot);
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX: return -1;
    default: return 0;
  }
}

void tm_web_answer(tm_web *web, uint32_t connection, int status, const char *json, size_t length,
                   int keeps) {
  tm_slot *slot = tm_slot_find(web, connection);
  if (!slot || slot->is_ended) return;
  if (slot->is_socket) {
    tm_web_say(web, connection, (const uint8_t *)json, length);
    return;
  }
  if (!slot->waits) return;
  set_answer(slot, status, json, length, keeps);
  tm_rearm(web);
}
