// SPDX-License-Identifier: Apache-2.0
#include "calsa.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// One reactor thread uses the library, so one message is enough.
static char first_message[256];
static uint64_t message_count;

static void keep_message(const char *file, int line, const char *function, int error,
                         const char *format, ...) {
  (void)file;
  (void)line;
  (void)function;
  (void)error;
  message_count += 1;
  if (first_message[0] != 0) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(first_message, sizeof first_message, format, arguments);
  va_end(arguments);
  // One line, whatever a plug-in makes of it.
  for (size_t end = strlen(first_message); end > 0 && first_message[end - 1] == '\n'; end--) {
    first_message[end - 1] = 0;
  }
}

void calsa_capture_messages(void) { snd_lib_error_set_handler(keep_message); }

const char *calsa_message(void) { return first_message; }

void calsa_forget_message(void) { first_message[0] = 0; }

uint64_t calsa_message_count(void) { return message_count; }

int calsa_descriptors(snd_pcm_t *pcm, calsa_descriptor *list, int limit) {
  struct pollfd table[CALSA_DESCRIPTORS];
  int count = snd_pcm_poll_descriptors_count(pcm);
  if (count < 0) return count;
  if (count > limit || count > CALSA_DESCRIPTORS) return -E2BIG;
  count = snd_pcm_poll_descriptors(pcm, table, (unsigned int)count);
  for (int i = 0; i < count; i++) {
    list[i].descriptor = table[i].fd;
    list[i].events = (uint16_t)table[i].events;
  }
  return count;
}

int calsa_events(snd_pcm_t *pcm, const calsa_descriptor *list, int count, uint32_t *events) {
  struct pollfd table[CALSA_DESCRIPTORS];
  unsigned short meaning = 0;
  if (count > CALSA_DESCRIPTORS) return -E2BIG;
  for (int i = 0; i < count; i++) {
    table[i].fd = list[i].descriptor;
    table[i].events = 0;
    table[i].revents = (short)list[i].events;
  }
  int result = snd_pcm_poll_descriptors_revents(pcm, table, (unsigned int)count, &meaning);
  *events = meaning;
  return result;
}

int calsa_status(snd_pcm_t *pcm, snd_pcm_status_t *status, calsa_instant *instant) {
  int result = snd_pcm_status(pcm, status);
  if (result < 0) return result;
  snd_htimestamp_t time;
  snd_pcm_status_get_htstamp(status, &time);
  instant->time_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
  instant->available = (int64_t)snd_pcm_status_get_avail(status);
  instant->delay = snd_pcm_status_get_delay(status);
  instant->state = (int32_t)snd_pcm_status_get_state(status);
  return 0;
}
