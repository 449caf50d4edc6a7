// SPDX-License-Identifier: Apache-2.0
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

const uint32_t cvideo_yuyv = V4L2_PIX_FMT_YUYV;
const uint32_t cvideo_grey = V4L2_PIX_FMT_GREY;
const uint32_t cvideo_mjpeg = V4L2_PIX_FMT_MJPEG;

const uint32_t cvideo_auto_exposure = V4L2_CID_EXPOSURE_AUTO;
const uint32_t cvideo_exposure = V4L2_CID_EXPOSURE_ABSOLUTE;
const uint32_t cvideo_auto_exposure_priority = V4L2_CID_EXPOSURE_AUTO_PRIORITY;
const uint32_t cvideo_auto_gain = V4L2_CID_AUTOGAIN;
const uint32_t cvideo_gain = V4L2_CID_GAIN;
const uint32_t cvideo_auto_white_balance = V4L2_CID_AUTO_WHITE_BALANCE;
const uint32_t cvideo_brightness = V4L2_CID_BRIGHTNESS;
const int32_t cvideo_manual_exposure = V4L2_EXPOSURE_MANUAL;

static const uint32_t capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

static int command(int device, unsigned long request, void *argument) {
  int result;
  do {
    result = ioctl(device, request, argument);
  } while (result < 0 && errno == EINTR);
  return result;
}

int cvideo_open(const char *path) { return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC); }

void cvideo_close(int device) { close(device); }

int cvideo_identify(int device, cvideo_identity *identity) {
  struct v4l2_capability capability;
  memset(&capability, 0, sizeof capability);
  memset(identity, 0, sizeof *identity);
  if (command(device, VIDIOC_QUERYCAP, &capability) < 0) return -1;
  memcpy(identity->driver, capability.driver, sizeof capability.driver);
  memcpy(identity->card, capability.card, sizeof capability.card);
  memcpy(identity->bus, capability.bus_info, sizeof capability.bus_info);
  uint32_t can = capability.capabilities & V4L2_CAP_DEVICE_CAPS ? capability.device_caps
                                                                : capability.capabilities;
  identity->captures = (can & V4L2_CAP_VIDEO_CAPTURE) && (can & V4L2_CAP_STREAMING);
  return 0;
}

uint32_t cvideo_offered(int device, uint32_t index) {
  struct v4l2_fmtdesc description;
  memset(&description, 0, sizeof description);
  description.index = index;
  description.type = capture_type;
  return command(device, VIDIOC_ENUM_FMT, &description) < 0 ? 0 : description.pixelformat;
}

int cvideo_agree(int device, cvideo_format *format) {
  struct v4l2_format wish;
  memset(&wish, 0, sizeof wish);
  wish.type = capture_type;
  wish.fmt.pix.width = format->width;
  wish.fmt.pix.height = format->height;
  wish.fmt.pix.pixelformat = format->fourcc;
  wish.fmt.pix.field = V4L2_FIELD_ANY;
  if (command(device, VIDIOC_S_FMT, &wish) < 0) return -1;
  format->fourcc = wish.fmt.pix.pixelformat;
  format->width = wish.fmt.pix.width;
  format->height = wish.fmt.pix.height;
  format->stride = wish.fmt.pix.bytesperline;
  format->size = wish.fmt.pix.sizeimage;
  return 0;
}

double cvideo_set_rate(int device, double rate) {
  struct v4l2_streamparm parameters;
  memset(&parameters, 0, sizeof parameters);
  parameters.type = capture_type;
  parameters.parm.capture.timeperframe.numerator = 1000;
  parameters.parm.capture.timeperframe.denominator = (uint32_t)(rate * 1000 + 0.5);
  if (command(device, VIDIOC_S_PARM, &parameters) < 0 &&
      command(device, VIDIOC_G_PARM, &parameters) < 0) {
    return 0;
  }
  struct v4l2_fract agreed = parameters.parm.capture.timeperframe;
  return agreed.numerator == 0 ? 0 : (double)agreed.denominator / agreed.numerator;
}

static int describe(int device, uint32_t index, struct v4l2_buffer *buffer, unsigned long request) {
  memset(buffer, 0, sizeof *buffer);
  buffer->type = capture_type;
  buffer->memory = V4L2_MEMORY_MMAP;
  buffer->index = index;
  return command(device, request, buffer);
}

static int request_buffers(int device, int count) {
  struct v4l2_requestbuffers request;
  memset(&request, 0, sizeof request);
  request.count = (uint32_t)count;
  request.type = capture_type;
  request.memory = V4L2_MEMORY_MMAP;
  return command(device, VIDIOC_REQBUFS, &request) < 0 ? -1 : (int)request.count;
}

int cvideo_map(int device, cvideo_buffer *buffers, int count) {
  int given = request_buffers(device, count);
  if (given < 0) return -1;
  if (given < count) count = given;
  for (int i = 0; i < count; i++) {
    struct v4l2_buffer buffer;
    void *start = MAP_FAILED;
    if (describe(device, (uint32_t)i, &buffer, VIDIOC_QUERYBUF) == 0) {
      start = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, device, buffer.m.offset);
    }
    if (start != MAP_FAILED) buffers[i] = (cvideo_buffer){start, buffer.length};
    if (start == MAP_FAILED || describe(device, (uint32_t)i, &buffer, VIDIOC_QBUF) < 0) {
      int reason = errno;
      cvideo_unmap(device, buffers, start == MAP_FAILED ? i : i + 1);
      errno = reason;
      return -1;
    }
  }
  return count;
}

void cvideo_unmap(int device, cvideo_buffer *buffers, int count) {
  for (int i = 0; i < count; i++) munmap((void *)buffers[i].start, buffers[i].length);
  request_buffers(device, 0);
}

int cvideo_start(int device) {
  uint32_t type = capture_type;
  return command(device, VIDIOC_STREAMON, &type);
}

int cvideo_stop(int device) {
  uint32_t type = capture_type;
  return command(device, VIDIOC_STREAMOFF, &type);
}

int cvideo_take(int device, cvideo_frame *frame) {
  struct v4l2_buffer buffer;
  if (describe(device, 0, &buffer, VIDIOC_DQBUF) < 0) return -1;
  int is_monotonic =
      (buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  frame->time_ns = is_monotonic ? (int64_t)buffer.timestamp.tv_sec * 1000000000 +
                                      (int64_t)buffer.timestamp.tv_usec * 1000
                                : 0;
  frame->buffer = buffer.index;
  frame->length = buffer.bytesused;
  frame->sequence = buffer.sequence;
  frame->is_damaged = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0;
  return 0;
}

int cvideo_give_back(int device, uint32_t index) {
  struct v4l2_buffer buffer;
  return describe(device, index, &buffer, VIDIOC_QBUF);
}

int cvideo_control(int device, uint32_t control, int32_t *value) {
  struct v4l2_queryctrl query;
  memset(&query, 0, sizeof query);
  query.id = control;
  if (command(device, VIDIOC_QUERYCTRL, &query) < 0) return -1;
  if (query.flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY)) {
    errno = EINVAL;
    return -1;
  }
  struct v4l2_control current = {.id = control};
  if (command(device, VIDIOC_G_CTRL, &current) < 0) return -1;
  *value = current.value;
  return 0;
}

int cvideo_set_control(int device, uint32_t control, int32_t value) {
  struct v4l2_control wish = {.id = control, .value = value};
  return command(device, VIDIOC_S_CTRL, &wish);
}
