// SPDX-License-Identifier: Apache-2.0
// alsa-lib, and shims for what Swift cannot import: a variadic callback and system structs.
#pragma once
#include <stdint.h>

#include <alsa/asoundlib.h>

/// Keeps what alsa-lib has to say to itself: nothing goes to standard error any more.
void calsa_capture_messages(void);

/// The first message since the last call of `calsa_forget_message`, or "".
///
/// The first is the cause ("Unknown PCM mic"); later ones only say who was let down by it.
const char *calsa_message(void);
void calsa_forget_message(void);

/// How many messages there have been since the program started.
uint64_t calsa_message_count(void);

/// One of a PCM's poll descriptors with the poll(2) bits it wants or has.
typedef struct {
  int32_t descriptor;
  uint32_t events;
} calsa_descriptor;

/// A PCM has at most so many poll descriptors here.
enum { CALSA_DESCRIPTORS = 8 };

/// Fills in the PCM's descriptors. Returns how many, or a negative error number.
int calsa_descriptors(snd_pcm_t *pcm, calsa_descriptor *list, int limit);

/// What events on all descriptors of the PCM mean for it, as poll(2) bits in `events`.
int calsa_events(snd_pcm_t *pcm, const calsa_descriptor *list, int count, uint32_t *events);

/// Where a PCM is at one instant.
typedef struct {
  int64_t time_ns;  ///< of the driver's clock, CLOCK_MONOTONIC if so configured; 0 if it has none
  int64_t available;  ///< frames ready to be read, or free to be written
  int64_t delay;  ///< frames between the program and the converter
  int32_t state;  ///< SND_PCM_STATE_…
} calsa_instant;

/// Reads the PCM's instant through `status`. Returns 0 or a negative error number.
int calsa_status(snd_pcm_t *pcm, snd_pcm_status_t *status, calsa_instant *instant);

/// One element of a card's mixer after it was set.
typedef struct {
  char element[64];
  double decibels;  ///< of its first channel; meaningless where `has_decibels` is 0
  double percent;  ///< of its range
  int32_t has_decibels;
} calsa_volume;

/// The number of the card a PCM is on, or −1 for one that is on none.
int calsa_card(snd_pcm_t *pcm);

/// Sets volume and switch of one element of a card's mixer: the one called `element`, or, when that
/// is null, the first with a volume of that direction. Returns 0 or a negative error number: ENOENT
/// without such an element, ENOTSUP for decibels of one that has none.
int calsa_set_volume(int card, int is_capture, const char *element, int is_percent, double value,
                     calsa_volume *result);
