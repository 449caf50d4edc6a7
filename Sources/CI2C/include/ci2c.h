// SPDX-License-Identifier: Apache-2.0
// Buses that block, behind one descriptor each: an I²C bus through libi2c, or the kernel's sensor
// files. A worker thread runs short programs of steps one after another; requests and results are
// flat structs in bounded rings. A bus that hangs holds up its own worker and nobody else.
#pragma once
#include <stdint.h>

/// Most steps of a job, bytes it writes, bytes it reads, and jobs that wait for one worker.
enum { CI2C_STEPS = 16, CI2C_OUTPUT = 256, CI2C_INPUT = 96, CI2C_RING = 16 };

/// The bus number of a worker without an I²C bus: it reads files only.
enum { CI2C_NO_BUS = -1 };

/// What a step does. `reg` is the SMBus command; bytes are in the order of the wire.
typedef enum {
  CI2C_READ_BYTE = 1,  ///< reads one byte of register `reg`
  CI2C_READ_WORD,      ///< reads two bytes from register `reg`
  CI2C_READ_BLOCK,     ///< reads `length` (1…32) bytes from register `reg` on
  CI2C_WRITE_BYTE,     ///< writes one byte of output to register `reg`
  CI2C_WRITE_WORD,     ///< writes two bytes of output to register `reg`
  CI2C_WRITE_BLOCK,    ///< writes `length` (1…32) bytes of output from register `reg` on
  CI2C_WRITE,          ///< writes `length` bytes of output as one plain message
  CI2C_READ,           ///< reads `length` bytes as one plain message
  CI2C_DELAY,          ///< waits for `microseconds`
  CI2C_PROBE,          ///< asks whether the address answers, with what disturbs chips least
  CI2C_READ_FILE,      ///< reads a file whose path is `length` bytes of output, its zero included
} ci2c_kind;

typedef struct {
  uint8_t kind;
  uint8_t reg;
  uint16_t length;
  uint32_t microseconds;
} ci2c_step;

/// A program against one address. Steps that write take their bytes from `output` in turn.
typedef struct {
  uint32_t token;        ///< comes back with the result
  uint16_t address;      ///< 7 bits; not used by files
  uint16_t step_count;
  int64_t deadline_ns;   ///< CLOCK_MONOTONIC; a job that has not begun by then is not run (ETIME)
  ci2c_step steps[CI2C_STEPS];
  uint8_t output[CI2C_OUTPUT];
} ci2c_job;

/// What came of a job. Steps that read put their bytes into `input` in turn.
typedef struct {
  uint32_t token;
  int32_t error;         ///< 0, or the errno value of the step that failed
  int16_t step;          ///< the failed step; -1 when the bus or the address could not be had
  uint16_t length;       ///< bytes in `input`
  int64_t finished_ns;   ///< CLOCK_MONOTONIC after the last step
  uint8_t input[CI2C_INPUT];
} ci2c_result;

typedef struct ci2c_worker ci2c_worker;

/// Starts the worker of /dev/i2c-`bus`, or of files only. Returns null with errno.
///
/// The bus is opened for each job and closed after it, so that its driver can be unloaded, and a
/// bus that comes back is found.
ci2c_worker *ci2c_start(int bus);

/// The descriptor that becomes readable when results wait.
int ci2c_descriptor(const ci2c_worker *worker);

/// Hands over a copy of a job. Returns 0, or -1 when CI2C_RING jobs wait already.
int ci2c_submit(ci2c_worker *worker, const ci2c_job *job);

/// Takes the next result: 1, or 0 when there is none.
int ci2c_next(ci2c_worker *worker, ci2c_result *result);

/// Gives the worker up. It ends when its present step does; nobody waits for that.
void ci2c_stop(ci2c_worker *worker);

/// Runs a job on the calling thread, which it may block for seconds.
void ci2c_run(int bus, const ci2c_job *job, ci2c_result *result);
