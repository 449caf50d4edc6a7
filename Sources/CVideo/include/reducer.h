// SPDX-License-Identifier: Apache-2.0
// Frames to a few numbers: mean luma and motion of zones, over cells of 8 by 8 pixels.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum {
  CVIDEO_ZONES = 8,  ///< zones at most
  CVIDEO_CELL = 8,  ///< pixels along a cell: a block of JPEG, whose mean is in the stream
  CVIDEO_LONGEST_SIDE = 4096,  ///< pixels
};

/// A part of the frame, in thousandths of its width and height.
typedef struct {
  uint16_t left, top, right, bottom;
} cvideo_zone;

/// What one zone of one frame amounts to, each 0…1.
typedef struct {
  float luma;  ///< mean brightness
  float motion;  ///< mean absolute difference of the cells to the frame before
  float clipped;  ///< share of cells that are as bright or as dark as the format can tell
} cvideo_measure;

/// What came of a frame.
typedef enum {
  CVIDEO_GOOD = 0,
  CVIDEO_DAMAGED = 1,  ///< cut short, corrupted or of another size: nothing was measured
} cvideo_verdict;

typedef struct cvideo_reducer cvideo_reducer;

/// A reducer for frames of one format; null for a format or size that is out of bounds, or without
/// memory. `stride` is that of rows of YUYV and GREY in bytes. Nothing is allocated afterwards.
cvideo_reducer *cvideo_reducer_make(uint32_t fourcc, uint32_t width, uint32_t height,
                                    uint32_t stride, const cvideo_zone *zones, int count);
void cvideo_reducer_free(cvideo_reducer *reducer);

/// Reduces one frame; fills in a measure for each zone. A damaged frame leaves no trace.
cvideo_verdict cvideo_reduce(cvideo_reducer *reducer, const uint8_t *bytes, size_t length,
                             cvideo_measure *measures);
