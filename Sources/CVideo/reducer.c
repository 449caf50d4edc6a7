// SPDX-License-Identifier: Apache-2.0
#include "reducer.h"

#include <stdlib.h>

#include "capture.h"
#include "luma.h"

/// A zone in cells; the ends are beyond the last cell.
typedef struct {
  uint32_t left, top, right, bottom;
} cell_zone;

struct cvideo_reducer {
  luma_format format;
  jpeg_luma *jpeg;
  cell_zone zones[CVIDEO_ZONES];
  int count;
  int has_previous;
  uint16_t *cells;
  uint16_t *previous;
};

/// The cells of thousandths of a side: nearest edges, at least one cell.
static void place(uint32_t from, uint32_t to, uint32_t cells, uint32_t *first, uint32_t *end) {
  *first = (from * cells + 500) / 1000;
  *end = (to * cells + 500) / 1000;
  if (*first >= cells) *first = cells - 1;
  if (*end > cells) *end = cells;
  if (*end <= *first) *end = *first + 1;
}

static int is_known(uint32_t fourcc) {
  return fourcc == cvideo_yuyv || fourcc == cvideo_grey || fourcc == cvideo_mjpeg;
}

cvideo_reducer *cvideo_reducer_make(uint32_t fourcc, uint32_t width, uint32_t height,
                                    uint32_t stride, const cvideo_zone *zones, int count) {
  uint32_t row = width * (fourcc == cvideo_yuyv ? 2 : 1);
  int is_packed = fourcc != cvideo_mjpeg;
  if (!is_known(fourcc) || width == 0 || height == 0 || width > CVIDEO_LONGEST_SIDE ||
      height > CVIDEO_LONGEST_SIDE || (is_packed && stride < row) || count < 1 ||
      count > CVIDEO_ZONES) {
    return NULL;
  }
  cvideo_reducer *reducer = calloc(1, sizeof *reducer);
  if (reducer == NULL) return NULL;
  uint32_t columns = (width + CVIDEO_CELL - 1) / CVIDEO_CELL;
  uint32_t rows = (height + CVIDEO_CELL - 1) / CVIDEO_CELL;
  reducer->format = (luma_format){fourcc, width, height, stride, columns, rows};
  reducer->count = count;
  for (int i = 0; i < count; i++) {
    cell_zone *zone = &reducer->zones[i];
    place(zones[i].left, zones[i].right, columns, &zone->left, &zone->right);
    place(zones[i].top, zones[i].bottom, rows, &zone->top, &zone->bottom);
  }
  reducer->cells = calloc((size_t)columns * rows, sizeof(uint16_t));
  reducer->previous = calloc((size_t)columns * rows, sizeof(uint16_t));
  if (fourcc == cvideo_mjpeg) reducer->jpeg = jpeg_luma_make(&reducer->format);
  if (reducer->cells == NULL || reducer->previous == NULL || (!is_packed && reducer->jpeg == NULL)) {
    cvideo_reducer_free(reducer);
    return NULL;
  }
  return reducer;
}

void cvideo_reducer_free(cvideo_reducer *reducer) {
  if (reducer == NULL) return;
  jpeg_luma_free(reducer->jpeg);
  free(reducer->cells);
  free(reducer->previous);
  free(reducer);
}

static cvideo_measure measure(const cvideo_reducer *reducer, const cell_zone *zone) {
  uint64_t luma = 0, motion = 0, clipped = 0;
  for (uint32_t y = zone->top; y < zone->bottom; y++) {
    const uint16_t *now = reducer->cells + (size_t)y * reducer->format.columns;
    const uint16_t *then = reducer->previous + (size_t)y * reducer->format.columns;
    for (uint32_t x = zone->left; x < zone->right; x++) {
      luma += now[x];
      motion += now[x] > then[x] ? now[x] - then[x] : then[x] - now[x];
      clipped += now[x] >= 254 * 256 || now[x] < 256;
    }
  }
  double cells = (double)(zone->right - zone->left) * (zone->bottom - zone->top);
  double full = cells * 255 * 256;
  return (cvideo_measure){(float)(luma / full),
                          reducer->has_previous ? (float)(motion / full) : 0,
                          (float)(clipped / cells)};
}

cvideo_verdict cvideo_reduce(cvideo_reducer *reducer, const uint8_t *bytes, size_t length,
                             cvideo_measure *measures) {
  int result = reducer->jpeg != NULL
                   ? jpeg_luma_decode(reducer->jpeg, bytes, length, reducer->cells)
                   : luma_of_pixels(&reducer->format, bytes, length, reducer->cells);
  if (result != 0) return CVIDEO_DAMAGED;
  for (int i = 0; i < reducer->count; i++) measures[i] = measure(reducer, &reducer->zones[i]);
  uint16_t *spent = reducer->previous;
  reducer->previous = reducer->cells;
  reducer->cells = spent;
  reducer->has_previous = 1;
  return CVIDEO_GOOD;
}
