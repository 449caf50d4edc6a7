// SPDX-License-Identifier: Apache-2.0
// GPIO lines through libgpiod, version 1 (Debian bookworm) or 2 (trixie): chosen by the header that
// is there when this is compiled. Chips are found by label and lines by name, never by a number
// that another kernel gives differently.
#pragma once
#include <stdint.h>

/// Longest name or label with its zero; the kernel has no longer ones (GPIO_MAX_NAME_SIZE).
enum { CGPIOD_NAME = 32 };

/// Where a line is: as long as the program runs and the chip stays.
typedef struct {
  char path[CGPIOD_NAME];   ///< of the chip's device, "/dev/gpiochip0"
  char label[CGPIOD_NAME];  ///< of the chip, "pinctrl-bcm2835"
  char name[CGPIOD_NAME];   ///< of the line, "" where the kernel knows none
  uint32_t offset;          ///< of the line on its chip
} cgpiod_place;

/// Finds a line.
///
/// `line` is `LABEL:OFFSET`, `LABEL:NAME`, a line's name, or `GPIO17`: offset 17 of the header's chip
/// (pinctrl-bcm2835, pinctrl-bcm2711 or pinctrl-rp1). `chip` is the label to look on where `line`
/// has none, or null; with it `line` may be an offset too.
///
/// Returns 0, or -ENODEV without such a chip, -ENOENT without such a line on it, -ENOTUNIQ when
/// several fit, -EACCES when there are chips and none may be opened, -EINVAL for another text.
int cgpiod_find(const char *line, const char *chip, cgpiod_place *place);

/// The chip at `index` of those that may be opened, in the order of their paths: its path and
/// label, and in `offset` how many lines it has. Returns 0, or -ENODEV past the last.
int cgpiod_chip_at(int index, cgpiod_place *chip);

/// A requested line; it is this process's until released.
typedef struct cgpiod_line cgpiod_line;

/// The pull of an input.
enum { CGPIOD_BIAS_AS_IS, CGPIOD_BIAS_DISABLED, CGPIOD_BIAS_PULL_UP, CGPIOD_BIAS_PULL_DOWN };

/// Edges of the logical value to report, as bits.
enum { CGPIOD_RISING = 1, CGPIOD_FALLING = 2 };

/// The calling thread's errno: why a request returned null.
int cgpiod_error(void);

/// Requests an output that has `value` (0 or 1) from the first moment. Returns null with errno:
/// EBUSY when somebody else holds it.
cgpiod_line *cgpiod_output(const cgpiod_place *place, const char *consumer, int is_active_low,
                           int value);

/// Requests an input; `edges` 0 for none. Returns null with errno; EINVAL also where the chip has
/// no such bias, ENXIO where it has no interrupts.
cgpiod_line *cgpiod_input(const cgpiod_place *place, const char *consumer, int is_active_low,
                          int bias, int edges);

/// The logical value now, 0 or 1, or a negative error number.
int cgpiod_get(cgpiod_line *line);

/// Drives an output. Returns 0 or a negative error number. Allocates nothing.
int cgpiod_set(cgpiod_line *line, int value);

/// A non-blocking descriptor, readable when edges wait; -1 for lines without.
int cgpiod_descriptor(cgpiod_line *line);

/// One edge of the logical value, stamped by the kernel in its interrupt (CLOCK_MONOTONIC; kernels
/// before 5.7 stamp with CLOCK_REALTIME).
typedef struct {
  int64_t time_ns;
  int32_t is_rising;
  uint32_t sequence;  ///< of all edges of the line, from 1; 0 where libgpiod does not tell (1.x)
} cgpiod_edge;

/// How many edges one call returns at most; the kernel keeps sixteen a line.
enum { CGPIOD_EDGES = 16 };

/// Takes up to `limit` waiting edges, oldest first. Returns how many, 0 when none waits, or a
/// negative error number. Allocates nothing.
int cgpiod_edges(cgpiod_line *line, cgpiod_edge *edges, int limit);

/// Gives the line back; the kernel may leave an output as it was driven, or make it an input.
void cgpiod_release(cgpiod_line *line);
