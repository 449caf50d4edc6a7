// SPDX-License-Identifier: Apache-2.0
#include "framebuffer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/// Whether a colour lies within a pixel of `bits` bits.
static int fits(struct fb_bitfield colour, uint32_t bits) {
  return colour.length >= 1 && colour.length <= 8 && colour.offset + colour.length <= bits &&
         colour.msb_right == 0;
}

static int is_usable(const struct fb_var_screeninfo *picture, const struct fb_fix_screeninfo *memory) {
  uint32_t bits = picture->bits_per_pixel;
  uint64_t last = (uint64_t)(picture->yoffset + picture->yres - 1) * memory->line_length +
                  (uint64_t)(picture->xoffset + picture->xres) * (bits / 8);
  return (bits == 16 || bits == 32) && fits(picture->red, bits) && fits(picture->green, bits) &&
         fits(picture->blue, bits) && memory->type == FB_TYPE_PACKED_PIXELS && picture->xres > 0 &&
         picture->yres > 0 && last <= memory->smem_len;
}

static int map(int device, cvideo_screen *screen) {
  struct fb_var_screeninfo picture;
  struct fb_fix_screeninfo memory;
  memset(&picture, 0, sizeof picture);
  memset(&memory, 0, sizeof memory);
  if (ioctl(device, FBIOGET_VSCREENINFO, &picture) < 0) return -1;
  if (ioctl(device, FBIOGET_FSCREENINFO, &memory) < 0) return -1;
  if (!is_usable(&picture, &memory)) {
    errno = ENOTSUP;
    return -1;
  }
  void *start = mmap(NULL, memory.smem_len, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
  if (start == MAP_FAILED) return -1;
  memset(screen, 0, sizeof *screen);
  screen->mapping = start;
  screen->mapped = memory.smem_len;
  screen->start = (uint8_t *)start + (size_t)picture.yoffset * memory.line_length +
                  (size_t)picture.xoffset * (picture.bits_per_pixel / 8);
  screen->width = picture.xres;
  screen->height = picture.yres;
  screen->stride = memory.line_length;
  screen->bits = picture.bits_per_pixel;
  screen->red_shift = picture.red.offset;
  screen->green_shift = picture.green.offset;
  screen->blue_shift = picture.blue.offset;
  screen->red_bits = picture.red.length;
  screen->green_bits = picture.green.length;
  screen->blue_bits = picture.blue.length;
  memcpy(screen->name, memory.id, sizeof memory.id);
  return 0;
}

int cvideo_screen_open(const char *path, cvideo_screen *screen) {
  int device = open(path, O_RDWR | O_CLOEXEC);
  if (device < 0) return -1;
  if (map(device, screen) == 0) return device;
  int reason = errno;
  close(device);
  errno = reason;
  return -1;
}

void cvideo_screen_close(int device, cvideo_screen *screen) {
  munmap(screen->mapping, screen->mapped);
  close(device);
}
