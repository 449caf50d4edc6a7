// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cavahi.h"

#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-core/log.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mdns.h"

enum { FIRST_RETRY_MS = 5000, LAST_RETRY_MS = 60000, INTERFACE_SETTLE_MS = 300 };
enum { CACHE_ENTRIES_PER_SERVICE = 8 };

void tm_notice(tm_mdns *mdns, tm_mdns_kind kind) { mdns->notices |= 1u << kind; }

void tm_failure(tm_mdns *mdns, const char *what, const char *reason) {
  if (mdns->failure_told) return;
  mdns->failure_told = 1;
  snprintf(mdns->failure, sizeof mdns->failure, "cannot %s: %s", what, reason);
  tm_notice(mdns, TM_MDNS_FAILURE);
}

// What avahi prints is told as events where it matters.
static void be_silent(AvahiLogLevel level, const char *text) { (void)level, (void)text; }

static int64_t wall_offset(void) {
  struct timespec wall, monotonic;
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  return (int64_t)(wall.tv_sec - monotonic.tv_sec) * 1000000000 + wall.tv_nsec -
         monotonic.tv_nsec;
}

static void stop_server(tm_mdns *mdns) {
  tm_browse_end(mdns);
  if (mdns->server) {
    tm_withdraw(mdns);
    avahi_server_free(mdns->server);
  }
  mdns->server = NULL;
}

static void server_changed(AvahiServer *server, AvahiServerState state, void *userdata) {
  tm_mdns *mdns = userdata;
  mdns->server = server;
  if (state == AVAHI_SERVER_RUNNING) tm_publish(mdns);
  if (state == AVAHI_SERVER_FAILURE) {
    tm_failure(mdns, "speak mDNS", avahi_strerror(avahi_server_errno(server)));
    tm_poll_after(mdns->start_timer, mdns->start_delay_ms);
  }
}

static AvahiServer *new_server(tm_mdns *mdns, int *error) {
  AvahiServerConfig config;
  avahi_server_config_init(&config);
  config.host_name = avahi_strdup(mdns->host_name);
  config.deny_interfaces = avahi_string_list_new("lo", NULL);
  config.publish_addresses = 0;
  config.publish_hinfo = 0;
  config.publish_workstation = 0;
  config.publish_domain = 0;
  config.enable_wide_area = 0;
  config.n_cache_entries_max = (unsigned)mdns->capacity * CACHE_ENTRIES_PER_SERVICE;
  AvahiServer *server = avahi_server_new(&mdns->poll.api, &config, server_changed, mdns, error);
  avahi_server_config_free(&config);
  return server;
}

static void start_server(AvahiTimeout *timeout, void *userdata) {
  tm_mdns *mdns = userdata;
  (void)timeout;
  int error = 0;
  stop_server(mdns);
  mdns->wall_offset_ns = wall_offset();
  mdns->server = new_server(mdns, &error);
  if (mdns->server && tm_browse(mdns) == 0) {
    mdns->start_delay_ms = FIRST_RETRY_MS;
    mdns->failure_told = 0;
    return;
  }
  if (mdns->server) error = avahi_server_errno(mdns->server);
  stop_server(mdns);
  tm_failure(mdns, "speak mDNS", avahi_strerror(error));
  tm_poll_after(mdns->start_timer, mdns->start_delay_ms);
  mdns->start_delay_ms *= 2;
  if (mdns->start_delay_ms > LAST_RETRY_MS) mdns->start_delay_ms = LAST_RETRY_MS;
}

static void publish_again(AvahiTimeout *timeout, void *userdata) {
  (void)timeout;
  tm_publish(userdata);
}

static void resolve_again(AvahiTimeout *timeout, void *userdata) {
  (void)timeout;
  tm_resolve_again(userdata);
}

static void look_at_interfaces(AvahiTimeout *timeout, void *userdata) {
  (void)timeout;
  tm_publish_addresses(userdata, 0);
}

static void interfaces_changed(AvahiWatch *watch, int fd, AvahiWatchEvent event, void *userdata) {
  tm_mdns *mdns = userdata;
  (void)watch, (void)event;
  tm_interface_drain(fd);
  tm_poll_after(mdns->interface_timer, INTERFACE_SETTLE_MS);
}

static void make_timers(tm_mdns *mdns) {
  const AvahiPoll *api = &mdns->poll.api;
  mdns->start_timer = api->timeout_new(api, NULL, start_server, mdns);
  mdns->publish_timer = api->timeout_new(api, NULL, publish_again, mdns);
  mdns->interface_timer = api->timeout_new(api, NULL, look_at_interfaces, mdns);
  mdns->resolve_timer = api->timeout_new(api, NULL, resolve_again, mdns);
  mdns->interface_fd = tm_interface_changes();
  if (mdns->interface_fd >= 0)
    mdns->interface_watch =
        api->watch_new(api, mdns->interface_fd, AVAHI_WATCH_IN, interfaces_changed, mdns);
}

static AvahiStringList *text_list(const char *text) {
  AvahiStringList *list = NULL;
  while (*text) {
    const char *end = strchrnul(text, '\n');
    list = avahi_string_list_add_arbitrary(list, (const uint8_t *)text, (size_t)(end - text));
    text = *end ? end + 1 : end;
  }
  return list;
}

tm_mdns *tm_mdns_open(const tm_mdns_config *config) {
  tm_mdns *mdns = calloc(1, sizeof *mdns);
  if (!mdns) return NULL;
  mdns->capacity = config->capacity > 0 ? config->capacity : 1;
  mdns->services = calloc((size_t)mdns->capacity, sizeof *mdns->services);
  if (!mdns->services || tm_poll_open(&mdns->poll) != 0) {
    int error = errno;
    free(mdns->services);
    free(mdns);
    errno = error;
    return NULL;
  }
  avahi_set_log_function(be_silent);
  mdns->host_name = avahi_strdup(config->host_name);
  tm_publication_add(mdns, config->instance, config->type, text_list(config->text), config->port);
  tm_following_add(mdns, config->type);
  mdns->has_multicast = 1;
  mdns->start_delay_ms = FIRST_RETRY_MS;
  make_timers(mdns);
  tm_publish_addresses(mdns, 0);
  tm_poll_after(mdns->start_timer, 0);
  return mdns;
}

int tm_mdns_descriptor(const tm_mdns *mdns) { return mdns->poll.epoll; }

void tm_mdns_process(tm_mdns *mdns) {
  tm_poll_dispatch(&mdns->poll);
  if (!mdns->poll.clock_was_set) return;
  mdns->poll.clock_was_set = 0;
  // avahi keeps its lifetimes in wall-clock time: after a step of more than a second they are
  // wrong, and it starts afresh.
  int64_t step = wall_offset() - mdns->wall_offset_ns;
  if (step > 1000000000 || step < -1000000000) tm_poll_after(mdns->start_timer, 0);
}

void tm_mdns_close(tm_mdns *mdns) {
  const AvahiPoll *api = &mdns->poll.api;
  stop_server(mdns);
  if (mdns->interface_watch) api->watch_free(mdns->interface_watch);
  if (mdns->interface_fd >= 0) close(mdns->interface_fd);
  while (mdns->poll.timeouts) api->timeout_free(mdns->poll.timeouts);
  tm_poll_close(&mdns->poll);
  avahi_free(mdns->host_name);
  for (int i = 0; i < TM_PUBLICATION_LIMIT; i++) tm_publication_free(&mdns->publications[i]);
  for (int i = 0; i < TM_TYPE_LIMIT; i++) tm_following_free(&mdns->followings[i]);
  free(mdns->services);
  free(mdns);
}
