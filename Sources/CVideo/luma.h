// SPDX-License-Identifier: Apache-2.0
// A frame's luma as means of cells, in 1/256 of a step of 8 bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t fourcc, width, height, stride;
  uint32_t columns, rows;
} luma_format;

/// Means of YUYV or GREY pixels. Returns 0, or −1 for a frame that is cut short.
int luma_of_pixels(const luma_format *format, const uint8_t *bytes, size_t length, uint16_t *cells);

typedef struct jpeg_luma jpeg_luma;

/// A decoder of baseline JPEG frames that keeps to memory of its own; null without memory.
jpeg_luma *jpeg_luma_make(const luma_format *format);
void jpeg_luma_free(jpeg_luma *decoder);

/// Means of a JPEG frame, taken from its blocks' constant terms. Returns 0, or −1 for a frame that is
/// damaged, or not one baseline picture of the format's size.
int jpeg_luma_decode(jpeg_luma *decoder, const uint8_t *bytes, size_t length, uint16_t *cells);
