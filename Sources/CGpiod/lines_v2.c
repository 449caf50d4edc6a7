// SPDX-License-Identifier: Apache-2.0
// Lines through libgpiod 2.x, as in Debian trixie.
#include "chip.h"

#if CGPIOD_VERSION == 2

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

struct cgpiod_line {
  struct gpiod_line_request *request;
  struct gpiod_edge_event_buffer *buffer;
  unsigned int offset;
  int descriptor;
};

int cgpiod_describe(struct gpiod_chip *chip, char label[CGPIOD_NAME], uint32_t *lines) {
  struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
  if (!info) return -1;
  cgpiod_copy(label, gpiod_chip_info_get_label(info));
  *lines = (uint32_t)gpiod_chip_info_get_num_lines(info);
  gpiod_chip_info_free(info);
  return 0;
}

int cgpiod_name_of(struct gpiod_chip *chip, uint32_t offset, char name[CGPIOD_NAME]) {
  struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
  if (!info) return -1;
  cgpiod_copy(name, gpiod_line_info_get_name(info));
  gpiod_line_info_free(info);
  return 0;
}

// Asks the kernel for the line with these settings, which are freed.
static struct gpiod_line_request *request(const cgpiod_place *place, const char *consumer,
                                          struct gpiod_line_settings *settings) {
  struct gpiod_line_request *request = NULL;
  struct gpiod_chip *chip = gpiod_chip_open(place->path);
  struct gpiod_line_config *config = gpiod_line_config_new();
  struct gpiod_request_config *about = gpiod_request_config_new();
  if (chip && config && about && settings &&
      gpiod_line_config_add_line_settings(config, &place->offset, 1, settings) == 0) {
    gpiod_request_config_set_consumer(about, consumer);
    request = gpiod_chip_request_lines(chip, about, config);
  }
  int error = errno;
  if (about) gpiod_request_config_free(about);
  if (config) gpiod_line_config_free(config);
  if (settings) gpiod_line_settings_free(settings);
  if (chip) gpiod_chip_close(chip);
  errno = error;
  return request;
}

static cgpiod_line *line_of(const cgpiod_place *place, const char *consumer,
                            struct gpiod_line_settings *settings) {
  struct gpiod_line_request *granted = request(place, consumer, settings);
  if (!granted) return NULL;
  cgpiod_line *line = calloc(1, sizeof *line);
  if (!line) {
    gpiod_line_request_release(granted);
    errno = ENOMEM;
    return NULL;
  }
  line->request = granted;
  line->offset = place->offset;
  line->descriptor = -1;
  return line;
}

cgpiod_line *cgpiod_output(const cgpiod_place *place, const char *consumer, int is_active_low,
                           int value) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (!settings) return NULL;
  gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
  gpiod_line_settings_set_active_low(settings, is_active_low != 0);
  gpiod_line_settings_set_output_value(
      settings, value ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
  return line_of(place, consumer, settings);
}

static enum gpiod_line_bias bias_of(int bias) {
  switch (bias) {
    case CGPIOD_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    case CGPIOD_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIOD_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    default: return GPIOD_LINE_BIAS_AS_IS;
  }
}

static enum gpiod_line_edge edge_of(int edges) {
  switch (edges) {
    case CGPIOD_RISING | CGPIOD_FALLING: return GPIOD_LINE_EDGE_BOTH;
    case CGPIOD_RISING: return GPIOD_LINE_EDGE_RISING;
    case CGPIOD_FALLING: return GPIOD_LINE_EDGE_FALLING;
    default: return GPIOD_LINE_EDGE_NONE;
  }
}

cgpiod_line *cgpiod_input(const cgpiod_place *place, const char *consumer, int is_active_low,
                          int bias, int edges) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (!settings) return NULL;
  gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
  gpiod_line_settings_set_active_low(settings, is_active_low != 0);
  gpiod_line_settings_set_bias(settings, bias_of(bias));
  gpiod_line_settings_set_edge_detection(settings, edge_of(edges));
  gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
  cgpiod_line *line = line_of(place, consumer, settings);
  if (!line || edges == 0) return line;
  line->buffer = gpiod_edge_event_buffer_new(CGPIOD_EDGES);
  line->descriptor = gpiod_line_request_get_fd(line->request);
  if (!line->buffer || fcntl(line->descriptor, F_SETFL, O_NONBLOCK) != 0) {
    int error = errno;
    cgpiod_release(line);
    errno = error;
    return NULL;
  }
  return line;
}

int cgpiod_get(cgpiod_line *line) {
  int value = gpiod_line_request_get_value(line->request, line->offset);
  return value < 0 ? -errno : value;
}

int cgpiod_set(cgpiod_line *line, int value) {
  enum gpiod_line_value level = value ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
  return gpiod_line_request_set_value(line->request, line->offset, level) == 0 ? 0 : -errno;
}

int cgpiod_descriptor(cgpiod_line *line) { return line->descriptor; }

int cgpiod_edges(cgpiod_line *line, cgpiod_edge *edges, int limit) {
  size_t room = limit < CGPIOD_EDGES ? (size_t)limit : CGPIOD_EDGES;
  int count = gpiod_line_request_read_edge_events(line->request, line->buffer, room);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    struct gpiod_edge_event *event =
        gpiod_edge_event_buffer_get_event(line->buffer, (unsigned long)i);
    edges[i].time_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
    edges[i].is_rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    edges[i].sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
  }
  return count;
}

void cgpiod_release(cgpiod_line *line) {
  if (!line) return;
  if (line->buffer) gpiod_edge_event_buffer_free(line->buffer);
  if (line->request) gpiod_line_request_release(line->request);
  free(line);
}

#endif
