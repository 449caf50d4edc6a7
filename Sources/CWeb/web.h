// SPDX-License-Identifier: Apache-2.0
// What the parts of CWeb share.
#pragma once
#include <libwebsockets.h>

#include "cweb.h"

typedef enum { TM_FREE, TM_SERVER, TM_CLIENT, TM_BROKER, TM_SOCKET } tm_role;

/// A message that waits to be written.
typedef struct tm_message {
  struct tm_message *next;
  size_t length;
  uint8_t bytes[];  // LWS_PRE of them before the text
} tm_message;

/// One connection, in either direction.
typedef struct {
  tm_web *web;
  struct lws *wsi;
  tm_role role;
  uint32_t number;
  int is_socket;      // a WebSocket
  int is_ready;       // ours: connected, or subscribed
  int is_told;        // an OPENED, or the head of an answer, went into the queue
  int is_ended;       // by us: to be closed, and nothing more told of it
  int close_status;   // for a WebSocket that we end
  int is_authorised;
  int method;
  int is_refused;     // the rest of the body is thrown away
  int waits;          // a request in the queue waits for its answer
  char name[256];     // path or topic
  uint8_t *body;      // received so far (server, broker), or to be sent (client)
  size_t length, room, sent;
  uint8_t *answer;    // LWS_PRE bytes, then an answer to be written
  size_t answer_length;
  int status, keeps, has_answer;
  int64_t deadline_us;    // monotonic, 0 for none: for the whole exchange
  int64_t silence_us;     // longest silence, 0 for any
  int64_t quiet_us;       // when it is over, monotonic
  char *authorization, *more;
  char content_type[64], accept[64];
  char client[24], user[65], password[129];
  int is_subscribed;
  size_t limit;                // longest message it may send
  tm_message *first, *last;    // what waits for it
  size_t waiting;              // bytes of that
  int dropped;                 // since nothing waited
} tm_slot;

struct tm_web {
  struct lws_context *context;
  struct lws_vhost *vhost, *tls_vhost;
  char ca_file[256];
  int epoll, timer;
  char token[TM_WEB_TOKEN_LIMIT + 1];
  tm_slot *slots;
  int slot_count, server_limit, client_limit, served, made;
  uint32_t generation;
  uint8_t *queue;
  size_t queue_size, used, taken;
  int is_relay;
  size_t message_limit, backlog_limit, memory_limit, held;
  int64_t due_us;         // the earliest deadline known, when none of ours is made
  int is_stale;           // it has to be found anew
  tm_web_counters counters;
  int is_closing;
};

enum { TM_QUEUE_SIZE = 256 * 1024, TM_QUEUE_RESERVE = 24 * 1024 };

/// Whether the queue has room for the longest message.
int tm_queue_has_room(const tm_web *web);

tm_slot *tm_slot_take(tm_web *web, tm_role role, struct lws *wsi);
void tm_slot_free(tm_slot *slot);
tm_slot *tm_slot_find(tm_web *web, uint32_t connection);

/// Adds to the body, 0 when it would be longer than `limit` or memory is short.
int tm_slot_append(tm_slot *slot, const void *bytes, size_t length, size_t limit);

/// Forgets the body, and gives the memory of a long one back.
void tm_slot_empty(tm_slot *slot);

/// Queues an event, 0 when there is no room. Ends (CLOSED, DONE, FAILED) have room kept for them.
int tm_queue(tm_slot *slot, tm_web_kind kind, int status, const char *name, const void *bytes,
             size_t length);

/// What connections of ours belong to; null when there is nothing to check certificates with.
struct lws_vhost *tm_vhost(tm_web *web, int is_tls);

/// Writes what waits for a WebSocket as long as it takes it, and its close at last; -1 to close.
int tm_write_messages(struct lws *wsi, tm_slot *slot);

/// Takes a part of a message, and queues it with its last; -1 when it is too long.
int tm_receive_message(struct lws *wsi, tm_slot *slot, const void *bytes, size_t length);

/// Closes a WebSocket with `close_status` after what waits for it.
void tm_end_socket(tm_slot *slot);

/// Forgets what waits for a WebSocket.
void tm_drop_messages(tm_slot *slot);

int tm_follow_socket(struct lws *wsi, tm_slot *slot, enum lws_callback_reasons reason, void *in,
                     size_t length);

void tm_rearm(tm_web *web);
int64_t tm_now_us(void);

/// Says, once, that a connection of ours failed, and closes it; -1.
int tm_fail(tm_slot *slot, const char *reason);

/// Ends those whose time is over; the milliseconds until the next is due, at most `limit`.
int tm_check_deadlines(tm_web *web, int limit);

/// Begins a connection of ours. A slot whose connection could not even be begun is given back, and
/// an event says so.
void tm_connect(tm_slot *slot, struct lws_client_connect_info *info);

/// Closes a connection in the next round.
void tm_close_soon(tm_slot *slot);

int tm_serve(struct lws *wsi, tm_web *web, tm_slot *slot, enum lws_callback_reasons reason,
             void *in, size_t length);
int tm_follow_answer(struct lws *wsi, tm_slot *slot, enum lws_callback_reasons reason, void *in,
                     size_t length);
int tm_follow_broker(struct lws *wsi, tm_slot *slot, enum lws_callback_reasons reason, void *in,
                     size_t length);
