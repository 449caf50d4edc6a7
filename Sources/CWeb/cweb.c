// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

#include "web.h"

// Rounds of service in one call; what is left keeps the descriptor readable.
enum { ROUNDS = 4, LONGEST_WAIT_MS = 60000 };
// Requests whose head is read at a time, and descriptors besides those of connections.
enum { MOST_HEADS = 64, OTHER_DESCRIPTORS = 64 };
// What the queue keeps of its memory while it is empty.
enum { KEPT_QUEUE = 128 * 1024 };
enum { NETWORK_SECONDS = 5, KEEPALIVE_SECONDS = 15, CONNECT_SECONDS = 10 };

int64_t tm_now_us(void) { return (int64_t)lws_now_usecs(); }

static void watch(tm_web *web, int operation, const struct lws_pollargs *args) {
  // epoll's bits are poll's bits.
  struct epoll_event wanted = {.events = (uint32_t)args->events, .data.fd = args->fd};
  epoll_ctl(web->epoll, operation, args->fd, &wanted);
}

static int dispatch(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t length) {
  (void)user;
  struct lws_context *context = lws_get_context(wsi);
  tm_web *web = context ? lws_context_user(context) : NULL;
  if (!web) return 0;
  switch (reason) {
    case LWS_CALLBACK_ADD_POLL_FD: watch(web, EPOLL_CTL_ADD, in); return 0;
    case LWS_CALLBACK_CHANGE_MODE_POLL_FD: watch(web, EPOLL_CTL_MOD, in); return 0;
    case LWS_CALLBACK_DEL_POLL_FD: watch(web, EPOLL_CTL_DEL, in); return 0;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
      if (web->served < web->server_limit) return 0;
      web->counters.refused_connections++;
      return 1;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED: {
      // Said of our own connections too, which have a slot already.
      if (lws_get_opaque_user_data(wsi)) return 0;
      tm_slot *slot = tm_slot_take(web, TM_SERVER, wsi);
      if (!slot) return 1;
      lws_set_opaque_user_data(wsi, slot);
      return 0;
    }
    case LWS_CALLBACK_PROTOCOL_INIT:
    case LWS_CALLBACK_PROTOCOL_DESTROY:
    case LWS_CALLBACK_GET_THREAD_ID:
    case LWS_CALLBACK_LOCK_POLL:
    case LWS_CALLBACK_UNLOCK_POLL:
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
    case LWS_CALLBACK_WSI_CREATE:
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS:
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: return 0;
    default: break;
  }
  tm_slot *slot = lws_get_opaque_user_data(wsi);
  if (!slot || slot->role == TM_FREE) return 0;
  if (reason == LWS_CALLBACK_WSI_DESTROY) {
    if (slot->wsi == wsi) tm_slot_free(slot);
    return 0;
  }
  switch (slot->role) {
    case TM_SERVER: return tm_serve(wsi, web, slot, reason, in, length);
    case TM_CLIENT: return tm_follow_answer(wsi, slot, reason, in, length);
    case TM_BROKER: return tm_follow_broker(wsi, slot, reason, in, length);
    case TM_SOCKET: return tm_follow_socket(wsi, slot, reason, in, length);
    default: return 0;
  }
}

static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = dispatch, .rx_buffer_size = TM_WEB_BODY_LIMIT}, {0}};
// A relay has a buffer of this length for each connection.
static const struct lws_protocols relay_protocols[] = {
    {.name = "http", .callback = dispatch, .rx_buffer_size = 2048}, {0}};

// What libwebsockets says is told as events where it matters.
static void be_silent(int level, const char *line) { (void)level, (void)line; }

// Silent brokers are asked for life after 20 s and given up after 30 s.
static const lws_retry_bo_t idle_policy = {.secs_since_valid_ping = 20,
                                           .secs_since_valid_hangup = 30};

static int create(tm_web *web, const tm_web_config *config) {
  struct lws_context_creation_info info;
  memset(&info, 0, sizeof info);
  info.user = web;
  info.protocols = config->is_relay ? relay_protocols : protocols;
  info.port = config->address ? config->port : CONTEXT_PORT_NO_LISTEN;
  info.iface = config->address;
  // libwebsockets takes 0 for the HTTP port and -1 for none; a free one has a flag of its own.
  if (config->address && config->port == 0) info.port = 0;
  info.fd_limit_per_thread = (unsigned)(config->server_limit + config->client_limit + 8);
  int heads = config->server_limit + config->client_limit;
  info.max_http_header_pool = (unsigned short)(heads < MOST_HEADS ? heads : MOST_HEADS);
  info.max_http_header_data = 4096;
  info.pt_serv_buf_size = 8192;
  info.timeout_secs = NETWORK_SECONDS;
  info.keepalive_timeout = KEEPALIVE_SECONDS;
  info.connect_timeout_secs = CONNECT_SECONDS;
  // A relay asks its clients for life itself.
  info.retry_and_idle_policy = config->is_relay ? NULL : &idle_policy;
  info.alpn = "http/1.1";
  info.server_string = "taumesh";
  info.options = LWS_SERVER_OPTION_VALIDATE_UTF8;
  if (config->address && !strchr(config->address, ':'))
    info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  if (config->ca_file) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  web->context = lws_create_context(&info);
  if (!web->context) return -1;
  web->vhost = lws_get_vhost_by_name(web->context, "default");
  return 0;
}

// The certificates take half a megabyte: they are read when the first connection needs them.
struct lws_vhost *tm_vhost(tm_web *web, int is_tls) {
  if (!is_tls) return web->vhost;
  if (web->tls_vhost || !web->ca_file[0]) return web->tls_vhost;
  struct lws_context_creation_info info;
  memset(&info, 0, sizeof info);
  info.vhost_name = "tls";
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols;
  info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.client_ssl_ca_filepath = web->ca_file;
  info.alpn = "http/1.1";
  info.timeout_secs = NETWORK_SECONDS;
  info.connect_timeout_secs = CONNECT_SECONDS;
  info.retry_and_idle_policy = &idle_policy;
  web->tls_vhost = lws_create_vhost(web->context, &info);
  return web->tls_vhost;
}

static void release(tm_web *web) {
  if (web->context) {
    web->is_closing = 1;
    lws_context_destroy(web->context);
  }
  for (int i = 0; i < web->slot_count; i++) {
    tm_drop_messages(&web->slots[i]);
    free(web->slots[i].body);
    free(web->slots[i].answer);
    free(web->slots[i].authorization);
    free(web->slots[i].more);
  }
  if (web->epoll >= 0) close(web->epoll);
  if (web->timer >= 0) close(web->timer);
  if (web->queue) munmap(web->queue, web->queue_size);
  free(web->slots);
  free(web);
}

// Lets this process have a descriptor for each connection, where the system allows it.
static void allow_descriptors(int count) {
  struct rlimit limit;
  rlim_t wanted = (rlim_t)count + OTHER_DESCRIPTORS;
  if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static uint8_t *make_queue(tm_web *web, const tm_web_config *config) {
  size_t size = TM_QUEUE_SIZE;
  // Twice, so that one message can be taken while others wait.
  if (2 * config->message_limit + TM_QUEUE_SIZE > size) size += 2 * config->message_limit;
  void *queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  web->queue_size = size;
  return queue == MAP_FAILED ? NULL : queue;
}

tm_web *tm_web_open(const tm_web_config *config, char *reason, size_t size) {
  tm_web *web = calloc(1, sizeof *web);
  if (!web) return NULL;
  lws_set_log_level(LLL_ERR, be_silent);
  web->server_limit = config->server_limit;
  web->client_limit = config->client_limit;
  web->slot_count = config->server_limit + config->client_limit;
  if (web->slot_count > TM_WEB_SLOT_LIMIT) web->slot_count = TM_WEB_SLOT_LIMIT;
  web->is_relay = config->is_relay;
  web->message_limit = config->message_limit;
  web->backlog_limit = config->backlog_limit;
  web->memory_limit = config->memory_limit;
  allow_descriptors(web->slot_count);
  web->slots = calloc((size_t)web->slot_count, sizeof *web->slots);
  web->queue = make_queue(web, config);
  web->epoll = epoll_create1(EPOLL_CLOEXEC);
  web->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  snprintf(web->token, sizeof web->token, "%s", config->token ? config->token : "");
  snprintf(web->ca_file, sizeof web->ca_file, "%s", config->ca_file ? config->ca_file : "");
  struct epoll_event wanted = {.events = EPOLLIN, .data.fd = -1};
  errno = 0;
  if (web->slots && web->queue && web->epoll >= 0 && web->timer >= 0 &&
      epoll_ctl(web->epoll, EPOLL_CTL_ADD, web->timer, &wanted) == 0 && create(web, config) == 0) {
    tm_rearm(web);
    return web;
  }
  snprintf(reason, size, "%s", errno ? strerror(errno) : "libwebsockets does not start");
  release(web);
  return NULL;
}

int tm_web_descriptor(const tm_web *web) { return web->epoll; }

uint16_t tm_web_port(const tm_web *web) {
  int port = web->vhost ? lws_get_vhost_listen_port(web->vhost) : 0;
  return port > 0 ? (uint16_t)port : 0;
}

// Without a timer of its own libwebsockets says 0, and says it too when bytes it has decrypted wait
// to be taken: a wait of a millisecond serves both without turning in circles.
void tm_rearm(tm_web *web) {
  int wait = tm_check_deadlines(web, LONGEST_WAIT_MS);
  int due = lws_service_adjust_timeout(web->context, LONGEST_WAIT_MS, 0);
  if (due < wait) wait = due;
  if (wait <= 0) wait = 1;
  struct itimerspec when = {
      .it_value = {.tv_sec = wait / 1000, .tv_nsec = (long)(wait % 1000) * 1000000}};
  timerfd_settime(web->timer, 0, &when, NULL);
}

static void empty_queue(tm_web *web) {
  if (web->used > KEPT_QUEUE)
    madvise(web->queue + KEPT_QUEUE, web->queue_size - KEPT_QUEUE, MADV_DONTNEED);
  web->used = web->taken = 0;
}

// Serves those who are ready, one by one, as long as the queue has room: whoever has to wait is not
// read meanwhile. libwebsockets by itself would look at all of a thousand.
static void serve_ready(tm_web *web) {
  struct epoll_event ready[64];
  for (int round = 0; round < ROUNDS; round++) {
    int count = epoll_wait(web->epoll, ready, 64, 0);
    for (int i = 0; i < count && tm_queue_has_room(web); i++) {
      struct lws_pollfd one = {.fd = ready[i].data.fd,
                               .events = LWS_POLLIN | LWS_POLLOUT,
                               .revents = (short)ready[i].events};
      if (one.fd >= 0) lws_service_fd(web->context, &one);
    }
    if (lws_service_adjust_timeout(web->context, 1, 0) == 0)
      lws_service_tsi(web->context, -1, 0);
    if (count < 64 || !tm_queue_has_room(web)) break;
  }
}

void tm_web_process(tm_web *web) {
  uint64_t expirations;
  struct epoll_event ready[2];
  if (read(web->timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) return;
  if (web->taken == web->used) empty_queue(web);
  if (web->is_relay) {
    serve_ready(web);
    return tm_rearm(web);
  }
  for (int round = 0; round < ROUNDS; round++) {
    lws_service_tsi(web->context, -1, 0);
    if (epoll_wait(web->epoll, ready, 2, 0) <= 0) break;
  }
  tm_rearm(web);
}

void tm_web_end(tm_web *web, uint32_t connection, int status) {
  tm_slot *slot = tm_slot_find(web, connection);
  if (!slot || slot->is_ended) return;
  slot->is_ended = 1;
  slot->close_status = status;
  if (slot->is_socket) {
    tm_end_socket(slot);
  } else {
    tm_close_soon(slot);
  }
  tm_rearm(web);
}

tm_web_counters tm_web_count(const tm_web *web) { return web->counters; }

void tm_web_close(tm_web *web) { release(web); }
