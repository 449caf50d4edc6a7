// SPDX-License-Identifier: Apache-2.0
// libwebsockets behind one file descriptor and a flat, bounded queue of events: an HTTP and WebSocket
// server, an HTTP client, an MQTT client, a WebSocket client. Nothing here blocks; nothing is called
// back.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct tm_web tm_web;

enum {
  TM_WEB_BODY_LIMIT = 4096,    ///< Longest body or WebSocket message a client may send, bytes.
  TM_WEB_ANSWER_LIMIT = 16384, ///< Longest answer sent, and longest body posted, bytes.
  TM_WEB_TOKEN_LIMIT = 127,    ///< Longest token, bytes.
  TM_WEB_SLOT_LIMIT = 4096,    ///< Most connections in both directions together.
};

/// Strings are copied.
typedef struct {
  const char *address;   ///< Address to listen on, or null to serve nobody.
  uint16_t port;         ///< TCP port; 0 takes a free one.
  const char *token;     ///< What `Authorization: Bearer` must carry.
  const char *ca_file;   ///< Certificates to trust as a client (PEM), or null: then no TLS.
  int server_limit;      ///< Connections served at a time.
  int client_limit;      ///< Connections made at a time.
  /// Every WebSocket is let in, with its `Authorization: Bearer` as the bytes of TM_WEB_OPENED: who
  /// it is shows later, and then `tm_web_trust` lets it send more than TM_WEB_BODY_LIMIT.
  int is_relay;
  size_t message_limit;  ///< Longest message of a trusted WebSocket, and of one of ours, bytes.
  size_t backlog_limit;  ///< Most bytes that wait for one WebSocket to read them.
  size_t memory_limit;   ///< Most bytes held for all of them, in both directions.
} tm_web_config;

typedef enum {
  TM_WEB_REQUEST = 1,  ///< A complete request: `name` path, `status` method, `bytes` body.
  TM_WEB_OPENED,       ///< A WebSocket with a valid token: `name` is its path.
  TM_WEB_MESSAGE,      ///< A message: of a WebSocket, or of MQTT (`name` is the topic).
  TM_WEB_CLOSED,       ///< A connection has ended; its number is not used again.
  TM_WEB_ANSWERED,     ///< The head of an answer: `status`, and `name` its Retry-After.
  TM_WEB_BYTES,        ///< A part of an answer's body.
  TM_WEB_DONE,         ///< The answer is complete; the connection has ended.
  TM_WEB_FAILED,       ///< A connection of ours failed; `name` says why. It has ended.
  TM_WEB_SUBSCRIBED,   ///< The MQTT broker has confirmed the subscription.
} tm_web_kind;

typedef enum { TM_WEB_GET = 1, TM_WEB_POST, TM_WEB_OTHER } tm_web_method;

typedef struct {
  int kind;
  uint32_t connection;
  int status;            ///< Of a WebSocket of ours that FAILED: its close code, 0 for none.
  int is_authorised;     ///< Of a request: whether it carried the token.
  const char *name;
  const uint8_t *bytes;  ///< Valid until the next `tm_web_process`.
  size_t length;
} tm_web_event;

/// A request to make. Strings and body are copied.
typedef struct {
  const char *host;
  uint16_t port;
  int is_tls;
  int is_http2;               ///< Agreed on in the TLS handshake, or the request fails; else HTTP/1.
  const char *path;           ///< With query.
  int is_post;
  const char *authorization;  ///< Value of that header, or null.
  const char *content_type;   ///< Of the body, or null.
  const char *accept;         ///< Value of that header, or null.
  const char *more;           ///< Further headers, one a line, `name: value`; or null.
  const uint8_t *body;
  size_t length;
  int timeout_ms;             ///< For the whole exchange; 0 for one without end.
  int silence_ms;             ///< Ends the exchange when nothing came for so long; 0 for never.
} tm_web_request;

/// A subscription to make. Strings are copied.
typedef struct {
  const char *host;
  uint16_t port;
  int is_tls;
  const char *client;    ///< Client identifier, at most 23 characters.
  const char *topic;     ///< One topic, without wildcards.
  const char *user;      ///< Or null. At most 64 bytes.
  const char *password;  ///< Or null. At most 128 bytes.
  int timeout_ms;        ///< Until the subscription is confirmed.
} tm_web_subscription;

/// A WebSocket to open. Strings are copied.
typedef struct {
  const char *host;
  uint16_t port;
  int is_tls;
  const char *path;           ///< With query.
  const char *authorization;  ///< Value of that header, or null.
  int timeout_ms;             ///< Until it is open.
} tm_web_socket;

/// What was dropped or refused since the start.
typedef struct {
  uint64_t refused_connections;  ///< Over `server_limit`.
  uint64_t refused_tokens;       ///< Requests and WebSockets without the token.
  uint64_t refused_bodies;       ///< Longer than TM_WEB_BODY_LIMIT, or without a length.
  uint64_t dropped_events;       ///< The queue was full.
  uint64_t dropped_messages;     ///< Not read in time by whom they were for.
} tm_web_counters;

/// Starts; null with the reason in `reason` when the port cannot be had.
tm_web *tm_web_open(const tm_web_config *config, char *reason, size_t size);

/// The descriptor to watch for reading.
int tm_web_descriptor(const tm_web *web);

/// The port that is served.
uint16_t tm_web_port(const tm_web *web);

/// Does what is due, without blocking.
void tm_web_process(tm_web *web);

/// The next event: 1, or 0 when there is none.
int tm_web_next(tm_web *web, tm_web_event *event);

/// Answers a request with JSON; `keeps` leaves the connection open for the next one.
void tm_web_answer(tm_web *web, uint32_t connection, int status, const char *json, size_t length,
                   int keeps);

/// Makes a request or a subscription; its connection's number, or 0 when no more can be made.
uint32_t tm_web_fetch(tm_web *web, const tm_web_request *request);
uint32_t tm_web_subscribe(tm_web *web, const tm_web_subscription *subscription);

/// Opens a WebSocket: OPENED, MESSAGE and at last FAILED; its number, or 0 when no more can be made.
uint32_t tm_web_join(tm_web *web, const tm_web_socket *socket);

/// Queues a text message for a WebSocket of either direction. Where too many wait the oldest is
/// dropped; 0 when so many were that the connection should be ended, else 1.
int tm_web_say(tm_web *web, uint32_t connection, const uint8_t *bytes, size_t length);

/// Lets a WebSocket send messages of `message_limit`.
void tm_web_trust(tm_web *web, uint32_t connection);

/// Ends a connection; no event follows. A WebSocket is told `status` (RFC 6455 §7.4) after what was
/// queued for it, unless it is 1008.
void tm_web_end(tm_web *web, uint32_t connection, int status);

tm_web_counters tm_web_count(const tm_web *web);

/// Ends everything.
void tm_web_close(tm_web *web);
