// SPDX-License-Identifier: Apache-2.0
// A Linux frame buffer (linux/fb.h) mapped into memory.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The visible picture of a frame buffer.
typedef struct {
  uint8_t *start;  ///< top left pixel
  void *mapping;
  size_t mapped;  ///< bytes of the mapping
  uint32_t width, height;  ///< pixels
  uint32_t stride;  ///< bytes a row
  uint32_t bits;  ///< a pixel: 16 or 32
  uint32_t red_shift, green_shift, blue_shift;  ///< position of the lowest bit in a pixel
  uint32_t red_bits, green_bits, blue_bits;
  char name[17];  ///< of the driver
} cvideo_screen;

/// Opens and maps a frame buffer. Returns its descriptor, or −1 with errno: ENOTSUP for pixels that
/// are not of 16 or 32 bits in three packed colours.
int cvideo_screen_open(const char *path, cvideo_screen *screen);
void cvideo_screen_close(int device, cvideo_screen *screen);
