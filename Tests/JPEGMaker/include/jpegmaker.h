// SPDX-License-Identifier: Apache-2.0
// Real JPEG frames for tests, made with libjpeg.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// How a picture is written.
typedef struct {
  int quality;  ///< 1…100
  int chroma;  ///< 0: grey; 420, 422, 444: how the colours are sampled
  int is_progressive;
  int restart_rows;  ///< rows of blocks between restart markers, 0 for none
  int omits_tables;  ///< leaves the Huffman tables out, as Motion JPEG may
} jpegmaker_style;

/// Encodes `width` × `height` pixels of three bytes. Returns the bytes, to be freed, and how many.
uint8_t *jpegmaker_encode(const uint8_t *rgb, int width, int height, jpegmaker_style style,
                          size_t *length);
