// SPDX-License-Identifier: Apache-2.0
// What a check needs inside a guest and busybox lacks.
//
//   rig-tool tone PCM HERTZ [RATE [AMPLITUDE]]   plays a sine until it is killed; mono, S16_LE
//   rig-tool unmute CARD                         every playback switch on, every volume to its most
//   rig-tool light CAMERA HERTZ SWING            swings a camera's brightness control until killed
//   rig-tool control CAMERA ID                   prints a control of a camera
#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

static int fail(const char *what, int status) {
  fprintf(stderr, "rig-tool: %s: %s\n", what, snd_strerror(status));
  return 1;
}

static int play_tone(const char *device, double hertz, unsigned rate, double amplitude) {
  snd_pcm_t *pcm;
  int status = snd_pcm_open(&pcm, device, SND_PCM_STREAM_PLAYBACK, 0);
  if (status < 0) return fail(device, status);
  status = snd_pcm_set_params(
      pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 1, rate, 0, 200000);
  if (status < 0) return fail("parameters", status);
  enum { block = 256 };
  int16_t samples[block];
  for (unsigned long long frame = 0;; frame += block) {
    for (int i = 0; i < block; i++) {
      double turns = fmod((double)(frame + i) * hertz / rate, 1.0);
      samples[i] = (int16_t)(32767 * amplitude * sin(2 * M_PI * turns));
    }
    snd_pcm_sframes_t written = snd_pcm_writei(pcm, samples, block);
    if (written < 0 && (status = snd_pcm_recover(pcm, (int)written, 1)) < 0)
      return fail("writing", status);
  }
}

// Sets one element of the mixer; those that are no playback control are left alone.
static void open_up(snd_ctl_t *card, const snd_ctl_elem_id_t *id) {
  snd_ctl_elem_info_t *info;
  snd_ctl_elem_value_t *value;
  snd_ctl_elem_info_alloca(&info);
  snd_ctl_elem_value_alloca(&value);
  const char *name = snd_ctl_elem_id_get_name(id);
  int is_switch = strstr(name, "Playback Switch") != NULL;
  if (!is_switch && !strstr(name, "Playback Volume")) return;
  snd_ctl_elem_info_set_id(info, id);
  snd_ctl_elem_value_set_id(value, id);
  if (snd_ctl_elem_info(card, info) < 0) return;
  for (unsigned i = 0; i < snd_ctl_elem_info_get_count(info); i++) {
    if (is_switch) snd_ctl_elem_value_set_boolean(value, i, 1);
    else snd_ctl_elem_value_set_integer(value, i, snd_ctl_elem_info_get_max(info));
  }
  printf("%s: %s\n", name, snd_strerror(snd_ctl_elem_write(card, value)));
}

static int unmute(const char *name) {
  snd_ctl_t *card;
  int status = snd_ctl_open(&card, name, 0);
  if (status < 0) return fail(name, status);
  snd_ctl_elem_list_t *list;
  snd_ctl_elem_id_t *id;
  snd_ctl_elem_list_alloca(&list);
  snd_ctl_elem_id_alloca(&id);
  if ((status = snd_ctl_elem_list(card, list)) < 0) return fail("list", status);
  unsigned count = snd_ctl_elem_list_get_count(list);
  if ((status = snd_ctl_elem_list_alloc_space(list, count)) < 0) return fail("list", status);
  if ((status = snd_ctl_elem_list(card, list)) < 0) return fail("list", status);
  for (unsigned i = 0; i < snd_ctl_elem_list_get_used(list); i++) {
    snd_ctl_elem_list_get_id(list, i, id);
    open_up(card, id);
  }
  return snd_ctl_close(card) < 0;
}

// Lets the picture of a virtual camera brighten and darken as a sine of CLOCK_MONOTONIC, for ever.
static int swing_light(const char *path, double hertz, double swing) {
  int camera = open(path, O_RDWR);
  if (camera < 0) return fail(path, -errno);
  for (;;) {
    struct timespec now, pause = {0, 20000000};
    clock_gettime(CLOCK_MONOTONIC, &now);
    double turns = fmod(((double)now.tv_sec + 1e-9 * (double)now.tv_nsec) * hertz, 1.0);
    struct v4l2_control light = {V4L2_CID_BRIGHTNESS, (int)lround(128 + swing * cos(2 * M_PI * turns))};
    if (ioctl(camera, VIDIOC_S_CTRL, &light) < 0) return fail("brightness", -errno);
    nanosleep(&pause, NULL);
  }
}

// Prints a control of a camera.
static int show_control(const char *path, unsigned long id) {
  int camera = open(path, O_RDWR);
  struct v4l2_control control = {(unsigned)id, 0};
  if (camera < 0 || ioctl(camera, VIDIOC_G_CTRL, &control) < 0) return fail(path, -errno);
  printf("%d\n", control.value);
  return 0;
}

int main(int count, char **words) {
  if (count >= 4 && strcmp(words[1], "tone") == 0)
    return play_tone(
        words[2], atof(words[3]), count > 4 ? (unsigned)atoi(words[4]) : 16000,
        count > 5 ? atof(words[5]) : 0.3);
  if (count == 3 && strcmp(words[1], "unmute") == 0) return unmute(words[2]);
  if (count == 5 && strcmp(words[1], "light") == 0)
    return swing_light(words[2], atof(words[3]), atof(words[4]));
  if (count == 4 && strcmp(words[1], "control") == 0)
    return show_control(words[2], strtoul(words[3], NULL, 0));
  fprintf(stderr, "usage: rig-tool tone PCM HERTZ [RATE [AMPLITUDE]] | unmute CARD |"
                  " light CAMERA HERTZ SWING | control CAMERA ID\n");
  return 2;
}
