// SPDX-License-Identifier: Apache-2.0
#include "luma.h"

#include "capture.h"
#include "reducer.h"

/// The mean of the luma bytes of one cell, `step` bytes apart.
static uint16_t cell_mean(const uint8_t *corner, size_t stride, uint32_t step, uint32_t width,
                          uint32_t height) {
  uint32_t sum = 0;
  for (uint32_t y = 0; y < height; y++) {
    const uint8_t *row = corner + y * stride;
    for (uint32_t x = 0; x < width; x++) sum += row[x * step];
  }
  return (uint16_t)(sum * 256 / (width * height));
}

static uint32_t part(uint32_t index, uint32_t side) {
  uint32_t left = side - index * CVIDEO_CELL;
  return left < CVIDEO_CELL ? left : CVIDEO_CELL;
}

int luma_of_pixels(const luma_format *format, const uint8_t *bytes, size_t length, uint16_t *cells) {
  uint32_t step = format->fourcc == cvideo_grey ? 1 : 2;
  size_t needed = (size_t)format->stride * (format->height - 1) + (size_t)format->width * step;
  if (length < needed) return -1;
  for (uint32_t row = 0; row < format->rows; row++) {
    const uint8_t *line = bytes + (size_t)row * CVIDEO_CELL * format->stride;
    for (uint32_t column = 0; column < format->columns; column++) {
      cells[row * format->columns + column] =
          cell_mean(line + (size_t)column * CVIDEO_CELL * step, format->stride, step,
                    part(column, format->width), part(row, format->height));
    }
  }
  return 0;
}
