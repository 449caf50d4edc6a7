// SPDX-License-Identifier: Apache-2.0
// Subscriptions of ours at an MQTT broker (MQTT 3.1.1, QoS 0).
#include "web.h"

enum { KEEPALIVE_SECONDS = 60 };

static int subscribe(struct lws *wsi, tm_slot *slot) {
  lws_mqtt_topic_elem_t topic = {.name = slot->name, .qos = QOS0};
  lws_mqtt_subscribe_param_t parameters = {.num_topics = 1, .topic = &topic};
  if (slot->is_subscribed) return 0;
  slot->is_subscribed = 1;
  if (lws_mqtt_client_send_subcribe(wsi, &parameters)) return tm_fail(slot, "cannot subscribe");
  return 0;
}

// A long message comes in parts.
static int receive(tm_slot *slot, const lws_mqtt_publish_param_t *message, size_t chunk) {
  if (message->payload_pos == 0) slot->length = slot->is_refused = 0;
  if (!slot->is_refused &&
      !tm_slot_append(slot, message->payload, chunk, TM_WEB_BODY_LIMIT)) {
    slot->is_refused = 1;
    slot->web->counters.refused_bodies++;
  }
  if (message->payload_pos + chunk < message->payload_len || slot->is_refused) return 0;
  tm_queue(slot, TM_WEB_MESSAGE, 0, slot->name, slot->body, slot->length);
  return 0;
}

int tm_follow_broker(struct lws *wsi, tm_slot *slot, enum lws_callback_reasons reason, void *in,
                     size_t length) {
  // The stream takes the place of the connection it began as.
  if (slot->wsi != wsi && reason == LWS_CALLBACK_MQTT_CLIENT_ESTABLISHED) slot->wsi = wsi;
  if (slot->is_ended) return -1;
  switch (reason) {
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: return tm_fail(slot, in ? in : "cannot connect");
    case LWS_CALLBACK_MQTT_CLIENT_ESTABLISHED:
      slot->is_told = 1;
      lws_callback_on_writable(wsi);
      return 0;
    case LWS_CALLBACK_MQTT_CLIENT_WRITEABLE: return subscribe(wsi, slot);
    case LWS_CALLBACK_MQTT_SUBSCRIBED:
      slot->deadline_us = 0;
      slot->is_ready = 1;
      tm_queue(slot, TM_WEB_SUBSCRIBED, 0, slot->name, NULL, 0);
      return 0;
    case LWS_CALLBACK_MQTT_CLIENT_RX: return receive(slot, in, length);
    case LWS_CALLBACK_MQTT_CLIENT_CLOSED: return tm_fail(slot, "the broker closed the connection");
    default: return 0;
  }
}

uint32_t tm_web_subscribe(tm_web *web, const tm_web_subscription *wanted) {
  tm_slot *slot = tm_slot_take(web, TM_BROKER, NULL);
  if (!slot) return 0;
  uint32_t number = slot->number;
  snprintf(slot->name, sizeof slot->name, "%s", wanted->topic);
  snprintf(slot->client, sizeof slot->client, "%s", wanted->client);
  snprintf(slot->user, sizeof slot->user, "%s", wanted->user ? wanted->user : "");
  snprintf(slot->password, sizeof slot->password, "%s", wanted->password ? wanted->password : "");
  slot->deadline_us = tm_now_us() + (int64_t)wanted->timeout_ms * 1000;
  lws_mqtt_client_connect_param_t login = {.client_id = slot->client,
                                           .keep_alive = KEEPALIVE_SECONDS,
                                           .clean_start = 1,
                                           .username = *slot->user ? slot->user : NULL,
                                           .password = *slot->password ? slot->password : NULL};
  struct lws_client_connect_info info;
  memset(&info, 0, sizeof info);
  info.mqtt_cp = &login;
  info.address = wanted->host;
  info.port = wanted->port;
  info.method = "MQTT";
  info.alpn = "mqtt";
  info.ssl_connection = wanted->is_tls ? LCCSCF_USE_SSL : 0;
  tm_connect(slot, &info);
  return number;
}
