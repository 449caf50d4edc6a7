// SPDX-License-Identifier: Apache-2.0
// What finding a line needs of a chip; one implementation for each version of libgpiod.
#pragma once
#include <gpiod.h>

#include "cgpiod.h"

// Version 1 alone has bulks of lines.
#ifdef GPIOD_LINE_BULK_MAX_LINES
#define CGPIOD_VERSION 1
#else
#define CGPIOD_VERSION 2
#endif

// Copies the chip's label and counts its lines. Returns 0, or -1 with errno.
int cgpiod_describe(struct gpiod_chip *chip, char label[CGPIOD_NAME], uint32_t *lines);

// Copies a line's name, "" where it has none. Returns 0, or -1 with errno.
int cgpiod_name_of(struct gpiod_chip *chip, uint32_t offset, char name[CGPIOD_NAME]);

// Copies text of any length into a name.
void cgpiod_copy(char name[CGPIOD_NAME], const char *text);
