// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"

#include <termios.h>

int tm_file_kind(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return TM_KIND_OTHER;
  if (S_ISREG(status.st_mode)) return TM_KIND_REGULAR;
  if (S_ISFIFO(status.st_mode)) return TM_KIND_FIFO;
  if (S_ISSOCK(status.st_mode)) return TM_KIND_SOCKET;
  return isatty(fd) ? TM_KIND_TERMINAL : TM_KIND_OTHER;
}

static speed_t speed_of(int baud) {
  switch (baud) {
    case 1200: return B1200;
    case 2400: return B2400;
    case 4800: return B4800;
    case 9600: return B9600;
    case 19200: return B19200;
    case 38400: return B38400;
    case 57600: return B57600;
    case 115200: return B115200;
    case 230400: return B230400;
    case 460800: return B460800;
    case 500000: return B500000;
    case 921600: return B921600;
    case 1000000: return B1000000;
    default: return B0;
  }
}

int tm_serial_raw(int fd, int baud) {
  struct termios settings;
  speed_t speed = speed_of(baud);
  if (speed == B0) {
    errno = EINVAL;
    return -1;
  }
  if (tcgetattr(fd, &settings) != 0) return -1;
  cfmakeraw(&settings);
  settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  if (cfsetispeed(&settings, speed) != 0 || cfsetospeed(&settings, speed) != 0) return -1;
  return tcsetattr(fd, TCSAFLUSH, &settings);
}
