// SPDX-License-Identifier: Apache-2.0
// Video4Linux capture with memory-mapped buffers (linux/videodev2.h), its unions flattened.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What a video device says it is; texts end with a zero.
typedef struct {
  char driver[17];
  char card[33];
  char bus[33];
  int32_t captures;  ///< whether it gives frames, and does so into mapped memory
} cvideo_identity;

/// A picture format: what was asked for, or what the driver agreed to.
typedef struct {
  uint32_t fourcc;  ///< cvideo_yuyv, cvideo_grey or cvideo_mjpeg
  uint32_t width;  ///< pixels
  uint32_t height;  ///< pixels
  uint32_t stride;  ///< bytes a row, 0 where rows have no fixed length
  uint32_t size;  ///< bytes a frame has at most
} cvideo_format;

/// One buffer of frames, mapped into memory.
typedef struct {
  const uint8_t *start;
  size_t length;
} cvideo_buffer;

/// One frame as the driver gave it.
typedef struct {
  int64_t time_ns;  ///< CLOCK_MONOTONIC, 0 when the driver stamps with another clock
  uint32_t buffer;  ///< which of the buffers holds it
  uint32_t length;  ///< bytes in it
  uint32_t sequence;  ///< counts the frames the device has taken, lost ones included
  int32_t is_damaged;  ///< whether the driver marked it as faulty
} cvideo_frame;

/// Four-character codes of the formats that can be measured.
extern const uint32_t cvideo_yuyv, cvideo_grey, cvideo_mjpeg;

/// Controls of a camera that change by themselves what is measured.
extern const uint32_t cvideo_auto_exposure, cvideo_exposure, cvideo_auto_exposure_priority,
    cvideo_auto_gain, cvideo_gain, cvideo_auto_white_balance, cvideo_brightness;
/// The value of `cvideo_auto_exposure` that keeps the exposure as it is.
extern const int32_t cvideo_manual_exposure;

/// Opens a video device for capture, non-blocking.
int cvideo_open(const char *path);
void cvideo_close(int device);
int cvideo_identify(int device, cvideo_identity *identity);

/// The code of format number `index`, 0 when there are no more.
uint32_t cvideo_offered(int device, uint32_t index);

/// Agrees on a format; `format` holds the wish, then what came of it.
int cvideo_agree(int device, cvideo_format *format);

/// Asks for a frame rate in hertz. Returns the one the driver agreed to, 0 where it tells none.
double cvideo_set_rate(int device, double rate);

/// Maps up to `count` buffers and hands them to the driver. Returns how many.
int cvideo_map(int device, cvideo_buffer *buffers, int count);
void cvideo_unmap(int device, cvideo_buffer *buffers, int count);

int cvideo_start(int device);
int cvideo_stop(int device);

/// Takes the next frame; EAGAIN when there is none yet.
int cvideo_take(int device, cvideo_frame *frame);
/// Hands a frame's buffer back to the driver.
int cvideo_give_back(int device, uint32_t buffer);

/// Reads a control; EINVAL where the device has none or has switched it off.
int cvideo_control(int device, uint32_t control, int32_t *value);
int cvideo_set_control(int device, uint32_t control, int32_t value);
