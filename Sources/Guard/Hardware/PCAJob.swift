// SPDX-License-Identifier: Apache-2.0
internal import CI2C
internal import CSystem

/// One program for the bus of a PCA9685; making and submitting it allocates nothing.
struct PCAJob {
  /// The error of a chip that did not answer in time.
  static let timedOut: Int32 = ETIMEDOUT

  private var job = ci2c_job()
  private var length = 0

  init(address: Int) {
    job.address = UInt16(address)
    job.deadline_ns = .max
  }

  var isEmpty: Bool { job.step_count == 0 }
  var hasRoom: Bool { job.step_count < UInt16(CI2C_STEPS) }

  /// Writes one register.
  mutating func write(_ register: UInt8, _ value: UInt8) {
    add(ci2c_step(kind: UInt8(CI2C_WRITE_BYTE.rawValue), reg: register, length: 1, microseconds: 0))
    put(value)
  }

  /// Writes the four registers of a channel: on from the start of the period for `steps` of 4096.
  ///
  /// All on and all off have bits of their own, which leave no gap and no spike.
  mutating func writeChannel(_ register: UInt8, _ steps: UInt16) {
    let block = UInt8(CI2C_WRITE_BLOCK.rawValue)
    add(ci2c_step(kind: block, reg: register, length: 4, microseconds: 0))
    put(0)
    put(steps >= 4096 ? 0x10 : 0)
    put(steps >= 4096 ? 0 : UInt8(truncatingIfNeeded: steps))
    put(steps == 0 ? 0x10 : steps >= 4096 ? 0 : UInt8(truncatingIfNeeded: steps >> 8))
  }

  mutating func pause(microseconds: UInt32) {
    add(
      ci2c_step(
        kind: UInt8(CI2C_DELAY.rawValue), reg: 0, length: 0, microseconds: microseconds))
  }

  /// Hands the job over; false when too many wait.
  mutating func submit(to worker: OpaquePointer) -> Bool { ci2c_submit(worker, &job) == 0 }

  /// Runs the job on the calling thread; nil, or the error.
  mutating func run(on bus: Int) -> Int32? {
    var result = ci2c_result()
    ci2c_run(Int32(bus), &job, &result)
    return result.error == 0 ? nil : result.error
  }

  private mutating func add(_ step: ci2c_step) {
    let index = Int(job.step_count)
    withUnsafeMutableBytes(of: &job.steps) {
      $0.storeBytes(
        of: step, toByteOffset: index * MemoryLayout<ci2c_step>.stride, as: ci2c_step.self)
    }
    job.step_count += 1
  }

  private mutating func put(_ byte: UInt8) {
    let index = length
    withUnsafeMutableBytes(of: &job.output) { $0[index] = byte }
    length += 1
  }
}
