// SPDX-License-Identifier: Apache-2.0
// What a check needs inside a guest and busybox lacks.
//
//   rig-tool tone PCM HERTZ [RATE [AMPLITUDE]]   plays a sine until it is killed; mono, S16_LE
#include <alsa/asoundlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(int count, char **words) {
  if (count >= 4 && strcmp(words[1], "tone") == 0)
    return play_tone(
        words[2], atof(words[3]), count > 4 ? (unsigned)atoi(words[4]) : 16000,
        count > 5 ? atof(words[5]) : 0.3);
  fprintf(stderr, "usage: rig-tool tone PCM HERTZ [RATE [AMPLITUDE]]\n");
  return 2;
}
