// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <i2c/smbus.h>

/// A job while it runs: its open bus, and how far it has got in both directions.
typedef struct {
  int bus;
  const ci2c_job *job;
  ci2c_result *result;
  uint16_t taken;
} run;

int64_t ci2c_monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void sleep_us(uint32_t microseconds) {
  struct timespec left = {microseconds / 1000000, (long)(microseconds % 1000000) * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

/// The next `length` bytes of output, or null when the job has not so many.
static const uint8_t *output(run *run, size_t length) {
  if (run->taken + length > CI2C_OUTPUT) return NULL;
  const uint8_t *bytes = run->job->output + run->taken;
  run->taken += (uint16_t)length;
  return bytes;
}

/// Room for `length` bytes of input, or null when the result has not so much.
static uint8_t *input(const run *run, size_t length) {
  return run->result->length + length > CI2C_INPUT ? NULL : run->result->input + run->result->length;
}

static int outcome(int32_t result) { return result < 0 ? errno : 0; }

static int read_registers(run *run, const ci2c_step *step, size_t length) {
  uint8_t *bytes = input(run, length);
  if (!bytes || length == 0 || length > I2C_SMBUS_BLOCK_MAX) return EINVAL;
  int32_t value = 0;
  if (step->kind == CI2C_READ_BLOCK) {
    value = i2c_smbus_read_i2c_block_data(run->bus, step->reg, (uint8_t)length, bytes);
    if (value >= 0 && value != (int32_t)length) return EPROTO;
  } else if (step->kind == CI2C_READ_WORD) {
    value = i2c_smbus_read_word_data(run->bus, step->reg);
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
  } else {
    value = i2c_smbus_read_byte_data(run->bus, step->reg);
    bytes[0] = (uint8_t)value;
  }
  if (value >= 0) run->result->length += (uint16_t)length;
  return outcome(value);
}

static int write_registers(run *run, const ci2c_step *step, size_t length) {
  const uint8_t *bytes = output(run, length);
  if (!bytes || length == 0 || length > I2C_SMBUS_BLOCK_MAX) return EINVAL;
  if (step->kind == CI2C_WRITE_BLOCK) {
    return outcome(
        i2c_smbus_write_i2c_block_data(run->bus, step->reg, (uint8_t)length, bytes));
  }
  if (step->kind == CI2C_WRITE_WORD) {
    uint16_t word = (uint16_t)(bytes[0] | bytes[1] << 8);
    return outcome(i2c_smbus_write_word_data(run->bus, step->reg, word));
  }
  return outcome(i2c_smbus_write_byte_data(run->bus, step->reg, bytes[0]));
}

static int transfer(const run *run, uint16_t flags, const uint8_t *bytes, size_t length) {
  struct i2c_msg message = {
      run->job->address, flags, (uint16_t)length, (uint8_t *)(uintptr_t)bytes};
  struct i2c_rdwr_ioctl_data transfer = {&message, 1};
  return ioctl(run->bus, I2C_RDWR, &transfer) < 0 ? errno : 0;
}

static int write_message(run *run, size_t length) {
  const uint8_t *bytes = output(run, length);
  return bytes ? transfer(run, 0, bytes, length) : EINVAL;
}

static int read_message(run *run, size_t length) {
  const uint8_t *bytes = input(run, length);
  if (!bytes) return EINVAL;
  int error = transfer(run, I2C_M_RD, bytes, length);
  if (!error) run->result->length += (uint16_t)length;
  return error;
}

/// A quick write, which has no data; except where EEPROMs live that it might corrupt, and on buses
/// that cannot: there one byte is read. The ranges are those of i2cdetect's safe mode.
static int probe(const run *run) {
  unsigned long functions = 0;
  uint16_t address = run->job->address;
  ioctl(run->bus, I2C_FUNCS, &functions);
  int is_memory = (address >= 0x30 && address <= 0x37) || (address >= 0x50 && address <= 0x5f);
  if (is_memory || !(functions & I2C_FUNC_SMBUS_QUICK)) {
    return outcome(i2c_smbus_read_byte(run->bus));
  }
  return outcome(i2c_smbus_write_quick(run->bus, I2C_SMBUS_WRITE));
}

static int read_file(run *run, size_t length) {
  const uint8_t *path = output(run, length);
  if (!path || length == 0 || path[length - 1] != 0) return EINVAL;
  int file = open((const char *)path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  size_t room = CI2C_INPUT - run->result->length;
  ssize_t count = read(file, run->result->input + run->result->length, room);
  int error = outcome((int32_t)count);
  close(file);
  if (count > 0) run->result->length += (uint16_t)count;
  return error;
}

static int perform(run *run, const ci2c_step *step) {
  switch (step->kind) {
    case CI2C_READ_BYTE: return read_registers(run, step, 1);
    case CI2C_READ_WORD: return read_registers(run, step, 2);
    case CI2C_READ_BLOCK: return read_registers(run, step, step->length);
    case CI2C_WRITE_BYTE: return write_registers(run, step, 1);
    case CI2C_WRITE_WORD: return write_registers(run, step, 2);
    case CI2C_WRITE_BLOCK: return write_registers(run, step, step->length);
    case CI2C_WRITE: return write_message(run, step->length);
    case CI2C_READ: return read_message(run, step->length);
    case CI2C_DELAY: sleep_us(step->microseconds); return 0;
    case CI2C_PROBE: return probe(run);
    case CI2C_READ_FILE: return read_file(run, step->length);
    default: return EINVAL;
  }
}

/// Opens the bus for the address of the job. Returns the descriptor, or -1 with errno.
static int open_bus(int number, uint16_t address) {
  char path[24];
  snprintf(path, sizeof path, "/dev/i2c-%d", number);
  int bus = open(path, O_RDWR | O_CLOEXEC);
  if (bus < 0) return -1;
  // Refused with EBUSY when a kernel driver has the chip: two masters of one chip confuse it.
  if (ioctl(bus, I2C_SLAVE, (unsigned long)address) == 0) return bus;
  int error = errno;
  close(bus);
  errno = error;
  return -1;
}

/// Whether any step goes over the bus: files do not need it, nor the right to use it.
static int needs_bus(const ci2c_job *job, int count) {
  for (int index = 0; index < count; index++) {
    int kind = job->steps[index].kind;
    if (kind != CI2C_READ_FILE && kind != CI2C_DELAY) return 1;
  }
  return 0;
}

void ci2c_run(int bus, const ci2c_job *job, ci2c_result *result) {
  run run = {-1, job, result, 0};
  result->token = job->token;
  result->error = 0;
  result->step = -1;
  result->length = 0;
  int count = job->step_count < CI2C_STEPS ? job->step_count : CI2C_STEPS;
  if (bus != CI2C_NO_BUS && needs_bus(job, count)) {
    run.bus = open_bus(bus, job->address);
    if (run.bus < 0) result->error = errno;
  }
  for (int index = 0; index < count && result->error == 0; index++) {
    result->step = (int16_t)index;
    result->error = perform(&run, &job->steps[index]);
  }
  if (run.bus >= 0) close(run.bus);
  result->finished_ns = ci2c_monotonic_ns();
}
