// SPDX-License-Identifier: Apache-2.0
// Requests of ours.
#include "web.h"

static int add_header(struct lws *wsi, const char *name, const char *value, uint8_t **at,
                      uint8_t *end) {
  if (!value || !*value) return 0;
  return lws_add_http_header_by_name(wsi, (const uint8_t *)name, (const uint8_t *)value,
                                     (int)strlen(value), at, end);
}

// Headers that libwebsockets has no name for; they go out in lower case, as HTTP/2 wants it.
static int add_more(struct lws *wsi, const char *more, uint8_t **at, uint8_t *end) {
  char name[64], value[256];
  for (const char *line = more; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
    if (sscanf(line, "%62[^:\n]: %255[^\n]", name, value) != 2) return -1;
    strcat(name, ":");
    if (add_header(wsi, name, value, at, end)) return -1;
  }
  return 0;
}

static int add_headers(struct lws *wsi, tm_slot *slot, uint8_t **at, size_t room) {
  uint8_t *end = *at + room;
  char length[24] = "";
  if (slot->method == TM_WEB_POST) snprintf(length, sizeof length, "%zu", slot->length);
  if (add_header(wsi, "authorization:", slot->authorization, at, end) ||
      add_header(wsi, "content-type:", slot->content_type, at, end) ||
      add_header(wsi, "accept:", slot->accept, at, end) ||
      add_header(wsi, "content-length:", length, at, end) || add_more(wsi, slot->more, at, end))
    return tm_fail(slot, "the request's headers are too long");
  if (slot->method == TM_WEB_POST && slot->length) {
    lws_client_http_body_pending(wsi, 1);
    lws_callback_on_writable(wsi);
  }
  return 0;
}

static int send_body(struct lws *wsi, tm_slot *slot) {
  size_t left = slot->length - slot->sent, chunk = left < 4096 ? left : 4096;
  uint8_t buffer[LWS_PRE + 4096];
  if (slot->method != TM_WEB_POST || !left) return 0;
  memcpy(buffer + LWS_PRE, slot->body + slot->sent, chunk);
  int is_last = chunk == left;
  enum lws_write_protocol kind = is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
  if (lws_write(wsi, buffer + LWS_PRE, chunk, kind) < (int)chunk)
    return tm_fail(slot, "the request could not be sent");
  slot->sent += chunk;
  if (is_last)
    lws_client_http_body_pending(wsi, 0);
  else
    lws_callback_on_writable(wsi);
  return 0;
}

static int take_head(struct lws *wsi, tm_slot *slot) {
  char retry_after[16] = "";
  lws_hdr_copy(wsi, retry_after, sizeof retry_after, WSI_TOKEN_HTTP_RETRY_AFTER);
  slot->is_told = 1;
  int status = (int)lws_http_client_http_response(wsi);
  return tm_queue(slot, TM_WEB_ANSWERED, status, retry_after, NULL, 0)
             ? 0
             : tm_fail(slot, "too much at once");
}

static int take_bytes(tm_slot *slot, const void *bytes, size_t length) {
  if (slot->silence_us) slot->quiet_us = tm_now_us() + slot->silence_us;
  if (slot->is_ended) return -1;
  if (tm_queue(slot, TM_WEB_BYTES, 0, "", bytes, length)) return 0;
  return tm_fail(slot, "the answer comes faster than it can be taken");
}

// The library judges a server's certificate on most ways through its handshake; here on all of them,
// before anything that is secret is said.
static int is_verified(struct lws *wsi) {
  struct lws *network = lws_get_network_wsi(wsi);
  union lws_tls_cert_info_results found;
  if (!lws_is_ssl(network)) return 1;
  return !lws_tls_peer_cert_info(network, LWS_TLS_CERT_INFO_VERIFIED, &found, 0) && found.verified;
}

int tm_follow_answer(struct lws *wsi, tm_slot *slot, enum lws_callback_reasons reason, void *in,
                     size_t length) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      // With HTTP/2 the request has moved to a stream of the connection that was made for it.
      slot->wsi = wsi;
      if (!is_verified(wsi)) return tm_fail(slot, "the server's certificate is not trusted");
      slot->is_ready = 1;
      return add_headers(wsi, slot, in, length);
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE: return send_body(wsi, slot);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: return tm_fail(slot, in ? in : "cannot connect");
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP: return take_head(wsi, slot);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ: return take_bytes(slot, in, length);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP: {
      char buffer[LWS_PRE + 2048], *at = buffer + LWS_PRE;
      int room = sizeof buffer - LWS_PRE;
      return slot->is_ended || lws_http_client_read(wsi, &at, &room) < 0 ? -1 : 0;
    }
    case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
      if (!slot->is_ended) tm_queue(slot, TM_WEB_DONE, 0, "", NULL, 0);
      slot->is_ended = 1;
      return -1;
    default: return 0;
  }
}

static void copy(char *to, size_t size, const char *from) {
  snprintf(to, size, "%s", from ? from : "");
}

uint32_t tm_web_fetch(tm_web *web, const tm_web_request *request) {
  tm_slot *slot = tm_slot_take(web, TM_CLIENT, NULL);
  if (!slot) return 0;
  uint32_t number = slot->number;
  slot->method = request->is_post ? TM_WEB_POST : TM_WEB_GET;
  slot->authorization = request->authorization ? strdup(request->authorization) : NULL;
  slot->more = request->more ? strdup(request->more) : NULL;
  copy(slot->content_type, sizeof slot->content_type, request->content_type);
  copy(slot->accept, sizeof slot->accept, request->accept);
  if (request->length &&
      !tm_slot_append(slot, request->body, request->length, TM_WEB_ANSWER_LIMIT)) {
    slot->is_ended = 1;
    tm_slot_free(slot);
    return 0;
  }
  if (request->timeout_ms) slot->deadline_us = tm_now_us() + (int64_t)request->timeout_ms * 1000;
  slot->silence_us = (int64_t)request->silence_ms * 1000;
  if (slot->silence_us) slot->quiet_us = tm_now_us() + slot->silence_us;
  struct lws_client_connect_info info;
  memset(&info, 0, sizeof info);
  info.address = info.origin = request->host;
  info.port = request->port;
  info.path = request->path;
  info.method = request->is_post ? "POST" : "GET";
  info.alpn = request->is_http2 ? "h2" : "http/1.1";
  // Certificate, host name and dates are checked: none of the flags that allow less.
  info.ssl_connection = (request->is_tls ? LCCSCF_USE_SSL : 0) | LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
  tm_connect(slot, &info);
  return number;
}
