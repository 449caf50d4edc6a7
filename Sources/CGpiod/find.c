// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chip.h"

enum { CHIPS = 64 };

// Chips whose offsets are the numbers printed beside the 40-pin header. Source: labels in the
// kernel's drivers/pinctrl/bcm/pinctrl-bcm2835.c and drivers/pinctrl/pinctrl-rp1.c.
static const char *const header_labels[] = {"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"};

void cgpiod_copy(char name[CGPIOD_NAME], const char *text) {
  snprintf(name, CGPIOD_NAME, "%s", text ? text : "");
}

int cgpiod_error(void) { return errno; }

// What is looked for.
typedef struct {
  char label[CGPIOD_NAME];  // "" for any chip
  char name[CGPIOD_NAME];   // "" where only the offset counts
  long number;              // offset, or -1
  int is_header;            // the number is one of the header's
} wish;

static int by_number(const void *left, const void *right) {
  return atoi(*(char *const *)left + 8) - atoi(*(char *const *)right + 8);
}

// Names of the chips' devices in the order of their numbers; links to others are not counted.
static int list_chips(char *names[CHIPS]) {
  struct dirent *entry;
  struct stat info;
  char path[300];
  int count = 0;
  DIR *folder = opendir("/dev");
  if (!folder) return -errno;
  while (count < CHIPS && (entry = readdir(folder))) {
    if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    if (lstat(path, &info) != 0 || !S_ISCHR(info.st_mode)) continue;
    if ((names[count] = strdup(entry->d_name))) count++;
  }
  closedir(folder);
  qsort(names, (size_t)count, sizeof names[0], by_number);
  return count;
}

static long number_in(const char *text) {
  char *end;
  if (*text < '0' || *text > '9') return -1;
  long number = strtol(text, &end, 10);
  return *end == 0 && number < 65536 ? number : -1;
}

static int is_header_label(const char *label) {
  for (size_t i = 0; i < sizeof header_labels / sizeof header_labels[0]; i++) {
    if (strcmp(label, header_labels[i]) == 0) return 1;
  }
  return 0;
}

static int parse(const char *line, const char *chip, wish *want) {
  memset(want, 0, sizeof *want);
  want->number = -1;
  const char *colon = strrchr(line, ':');
  const char *rest = colon ? colon + 1 : line;
  if (colon) {
    if (colon == line || colon - line >= CGPIOD_NAME) return -EINVAL;
    memcpy(want->label, line, (size_t)(colon - line));
  } else if (chip) {
    cgpiod_copy(want->label, chip);
  }
  if (*rest == 0 || strlen(rest) >= CGPIOD_NAME) return -EINVAL;
  want->number = number_in(rest);
  if (want->number >= 0) return want->label[0] ? 0 : -EINVAL;
  cgpiod_copy(want->name, rest);
  if (strncmp(rest, "GPIO", 4) == 0) want->number = number_in(rest + 4);
  want->is_header = want->number >= 0;
  return 0;
}

// Looks on one chip: 1 found, 0 not, -1 with errno.
static int look(struct gpiod_chip *chip, const wish *want, cgpiod_place *place) {
  int on_header = want->is_header && is_header_label(place->label);
  uint32_t lines = place->offset;
  if (want->number >= 0 && (!want->is_header || on_header)) {
    place->offset = (uint32_t)want->number;
    if (place->offset >= lines) return 0;
    return cgpiod_name_of(chip, place->offset, place->name) == 0 ? 1 : -1;
  }
  for (place->offset = 0; place->offset < lines; place->offset++) {
    if (cgpiod_name_of(chip, place->offset, place->name) != 0) return -1;
    if (strcmp(place->name, want->name) == 0) return 1;
  }
  return 0;
}

// Opens the chip of a device and describes it in `place`.
static struct gpiod_chip *open_chip(const char *device, cgpiod_place *place) {
  memset(place, 0, sizeof *place);
  snprintf(place->path, sizeof place->path, "/dev/%.20s", device);
  struct gpiod_chip *chip = gpiod_chip_open(place->path);
  if (chip && cgpiod_describe(chip, place->label, &place->offset) != 0) {
    gpiod_chip_close(chip);
    return NULL;
  }
  return chip;
}

// What came of the search so far.
typedef struct {
  int opened, fitting, found, on_header, error;
} tally;

static void search(const char *device, const wish *want, tally *seen, cgpiod_place *place) {
  cgpiod_place here;
  struct gpiod_chip *chip = open_chip(device, &here);
  if (!chip) {
    seen->error = errno;
    return;
  }
  seen->opened++;
  if (want->label[0] == 0 || strcmp(want->label, here.label) == 0) {
    int is_header = want->is_header && is_header_label(here.label);
    seen->fitting++;
    // A number of the header means the header, whatever lines elsewhere are called.
    if (look(chip, want, &here) == 1 && is_header >= seen->on_header) {
      seen->found = is_header > seen->on_header ? 1 : seen->found + 1;
      seen->on_header = is_header;
      *place = here;
    }
  }
  gpiod_chip_close(chip);
}

int cgpiod_find(const char *line, const char *chip, cgpiod_place *place) {
  wish want;
  tally seen = {0};
  char *names[CHIPS];
  int error = parse(line, chip, &want);
  if (error) return error;
  int count = list_chips(names);
  for (int i = 0; i < count; i++) {
    search(names[i], &want, &seen, place);
    free(names[i]);
  }
  if (seen.found > 1) return -ENOTUNIQ;
  if (seen.found == 1) return 0;
  if (count > 0 && seen.opened == 0) return seen.error ? -seen.error : -EIO;
  return seen.fitting > 0 ? -ENOENT : -ENODEV;
}

int cgpiod_chip_at(int index, cgpiod_place *place) {
  char *names[CHIPS];
  int count = list_chips(names), result = -ENODEV;
  for (int i = 0; i < count; i++) {
    struct gpiod_chip *chip = result == 0 ? NULL : open_chip(names[i], place);
    if (chip && index-- == 0) result = 0;
    if (chip) gpiod_chip_close(chip);
    free(names[i]);
  }
  return result;
}
