// SPDX-License-Identifier: Apache-2.0
// Lines through libgpiod 1.x, as in Debian bookworm.
#include "chip.h"

#if CGPIOD_VERSION == 1

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

struct cgpiod_line {
  struct gpiod_chip *chip;
  struct gpiod_line *line;
  int descriptor;
};

int cgpiod_describe(struct gpiod_chip *chip, char label[CGPIOD_NAME], uint32_t *lines) {
  cgpiod_copy(label, gpiod_chip_label(chip));
  *lines = gpiod_chip_num_lines(chip);
  return 0;
}

int cgpiod_name_of(struct gpiod_chip *chip, uint32_t offset, char name[CGPIOD_NAME]) {
  struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
  if (!line) return -1;
  cgpiod_copy(name, gpiod_line_name(line));
  return 0;
}

static cgpiod_line *failed(cgpiod_line *line) {
  int error = errno;
  cgpiod_release(line);
  errno = error;
  return NULL;
}

static cgpiod_line *request(const cgpiod_place *place, const char *consumer, int type, int flags,
                            int value) {
  struct gpiod_line_request_config config = {consumer, type, flags};
  cgpiod_line *line = calloc(1, sizeof *line);
  if (!line) return NULL;
  line->descriptor = -1;
  line->chip = gpiod_chip_open(place->path);
  if (!line->chip) return failed(line);
  line->line = gpiod_chip_get_line(line->chip, place->offset);
  if (!line->line || gpiod_line_request(line->line, &config, value) != 0) return failed(line);
  return line;
}

cgpiod_line *cgpiod_output(const cgpiod_place *place, const char *consumer, int is_active_low,
                           int value) {
  int flags = is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  return request(place, consumer, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, flags, value);
}

static int bias_flag(int bias) {
  switch (bias) {
    case CGPIOD_BIAS_DISABLED: return GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case CGPIOD_BIAS_PULL_UP: return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGPIOD_BIAS_PULL_DOWN: return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    default: return 0;
  }
}

static int request_type(int edges) {
  switch (edges) {
    case CGPIOD_RISING | CGPIOD_FALLING: return GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
    case CGPIOD_RISING: return GPIOD_LINE_REQUEST_EVENT_RISING_EDGE;
    case CGPIOD_FALLING: return GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE;
    default: return GPIOD_LINE_REQUEST_DIRECTION_INPUT;
  }
}

cgpiod_line *cgpiod_input(const cgpiod_place *place, const char *consumer, int is_active_low,
                          int bias, int edges) {
  int flags = bias_flag(bias) | (is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0);
  cgpiod_line *line = request(place, consumer, request_type(edges), flags, 0);
  if (!line || edges == 0) return line;
  line->descriptor = gpiod_line_event_get_fd(line->line);
  if (line->descriptor < 0 || fcntl(line->descriptor, F_SETFL, O_NONBLOCK) != 0) {
    return failed(line);
  }
  return line;
}

int cgpiod_get(cgpiod_line *line) {
  int value = gpiod_line_get_value(line->line);
  return value < 0 ? -errno : value;
}

int cgpiod_set(cgpiod_line *line, int value) {
  return gpiod_line_set_value(line->line, value) == 0 ? 0 : -errno;
}

int cgpiod_descriptor(cgpiod_line *line) { return line->descriptor; }

int cgpiod_edges(cgpiod_line *line, cgpiod_edge *edges, int limit) {
  struct gpiod_line_event events[CGPIOD_EDGES];
  unsigned int room = limit < CGPIOD_EDGES ? (unsigned int)limit : CGPIOD_EDGES;
  int count = gpiod_line_event_read_fd_multiple(line->descriptor, events, room);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    edges[i].time_ns = (int64_t)events[i].ts.tv_sec * 1000000000 + events[i].ts.tv_nsec;
    edges[i].is_rising = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    edges[i].sequence = 0;
  }
  return count;
}

void cgpiod_release(cgpiod_line *line) {
  if (!line) return;
  // Closing the chip releases its lines.
  if (line->chip) gpiod_chip_close(line->chip);
  free(line);
}

#endif
