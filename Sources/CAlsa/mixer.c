// SPDX-License-Identifier: Apache-2.0
#include "calsa.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int calsa_card(snd_pcm_t *pcm) {
  snd_pcm_info_t *info;
  snd_pcm_info_alloca(&info);
  return snd_pcm_info(pcm, info) < 0 ? -1 : snd_pcm_info_get_card(info);
}

static int has_volume(snd_mixer_elem_t *element, int is_capture) {
  return is_capture ? snd_mixer_selem_has_capture_volume(element)
                    : snd_mixer_selem_has_playback_volume(element);
}

static snd_mixer_elem_t *find(snd_mixer_t *mixer, int is_capture, const char *name) {
  snd_mixer_elem_t *element = snd_mixer_first_elem(mixer);
  for (; element != NULL; element = snd_mixer_elem_next(element)) {
    if (!snd_mixer_selem_is_active(element) || !has_volume(element, is_capture)) continue;
    if (name == NULL || strcmp(snd_mixer_selem_get_name(element), name) == 0) return element;
  }
  return NULL;
}

static int set_decibels(snd_mixer_elem_t *element, int is_capture, double decibels) {
  long hundredths = lround(decibels * 100);
  return is_capture ? snd_mixer_selem_set_capture_dB_all(element, hundredths, 0)
                    : snd_mixer_selem_set_playback_dB_all(element, hundredths, 0);
}

static int range(snd_mixer_elem_t *element, int is_capture, long *least, long *most) {
  return is_capture ? snd_mixer_selem_get_capture_volume_range(element, least, most)
                    : snd_mixer_selem_get_playback_volume_range(element, least, most);
}

static int set_percent(snd_mixer_elem_t *element, int is_capture, double percent) {
  long least = 0, most = 0;
  int result = range(element, is_capture, &least, &most);
  if (result < 0) return result;
  long value = least + lround((double)(most - least) * percent / 100);
  return is_capture ? snd_mixer_selem_set_capture_volume_all(element, value)
                    : snd_mixer_selem_set_playback_volume_all(element, value);
}

static void turn_on(snd_mixer_elem_t *element, int is_capture) {
  if (is_capture && snd_mixer_selem_has_capture_switch(element)) {
    snd_mixer_selem_set_capture_switch_all(element, 1);
  } else if (!is_capture && snd_mixer_selem_has_playback_switch(element)) {
    snd_mixer_selem_set_playback_switch_all(element, 1);
  }
}

static void report(snd_mixer_elem_t *element, int is_capture, calsa_volume *result) {
  long least = 0, most = 0, value = 0, hundredths = 0;
  snprintf(result->element, sizeof result->element, "%s", snd_mixer_selem_get_name(element));
  range(element, is_capture, &least, &most);
  snd_mixer_selem_channel_id_t first = SND_MIXER_SCHN_FRONT_LEFT;
  int has_decibels;
  if (is_capture) {
    snd_mixer_selem_get_capture_volume(element, first, &value);
    has_decibels = snd_mixer_selem_get_capture_dB(element, first, &hundredths) >= 0;
  } else {
    snd_mixer_selem_get_playback_volume(element, first, &value);
    has_decibels = snd_mixer_selem_get_playback_dB(element, first, &hundredths) >= 0;
  }
  result->percent = most > least ? 100.0 * (double)(value - least) / (double)(most - least) : 0;
  result->has_decibels = has_decibels;
  result->decibels = (double)hundredths / 100;
}

static int load(snd_mixer_t *mixer, int card) {
  char name[16];
  snprintf(name, sizeof name, "hw:%d", card);
  int result = snd_mixer_attach(mixer, name);
  if (result >= 0) result = snd_mixer_selem_register(mixer, NULL, NULL);
  return result < 0 ? result : snd_mixer_load(mixer);
}

int calsa_set_volume(int card, int is_capture, const char *name, int is_percent, double value,
                     calsa_volume *result) {
  snd_mixer_t *mixer = NULL;
  int code = snd_mixer_open(&mixer, 0);
  if (code < 0) return code;
  code = load(mixer, card);
  snd_mixer_elem_t *element = code < 0 ? NULL : find(mixer, is_capture, name);
  if (code >= 0 && element == NULL) code = -ENOENT;
  if (code >= 0) {
    code = is_percent ? set_percent(element, is_capture, value)
                      : set_decibels(element, is_capture, value);
    if (code < 0 && !is_percent) code = -ENOTSUP;
  }
  if (code >= 0) {
    turn_on(element, is_capture);
    report(element, is_capture, result);
  }
  snd_mixer_close(mixer);
  return code < 0 ? code : 0;
}
