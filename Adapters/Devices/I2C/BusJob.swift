// SPDX-License-Identifier: Apache-2.0
internal import CI2C

/// A short program of steps against one address: a whole measurement, run in one go by a worker.
///
/// It is made once and submitted as often as needed; submitting copies it and allocates nothing.
package struct BusJob {
  /// Most steps of a job.
  package static let mostSteps = Int(CI2C_STEPS)
  /// Most bytes all steps of a job write together.
  package static let mostOutput = Int(CI2C_OUTPUT)
  /// Most bytes all steps of a job read together.
  package static let mostInput = Int(CI2C_INPUT)

  var raw = ci2c_job()
  private var written = 0

  /// A job without steps for a 7-bit address; files have none.
  package init(address: Int = 0) { raw.address = UInt16(truncatingIfNeeded: address) }

  /// A job of `steps`, which are a program's own: too many of them are a programming error.
  package init(address: Int = 0, _ steps: [BusStep]) {
    self.init(address: address)
    for step in steps { append(step) }
  }

  package var address: Int { Int(raw.address) }

  /// Adds a step; one too many, or bytes too many, is a programming error.
  package mutating func append(_ step: BusStep) {
    switch step {
    case .readByte(let register): add(CI2C_READ_BYTE, register, 1)
    case .readWord(let register): add(CI2C_READ_WORD, register, 2)
    case .readBlock(let register, let count): add(CI2C_READ_BLOCK, register, count)
    case .writeByte(let register, let value):
      put([value])
      add(CI2C_WRITE_BYTE, register, 1)
    case .writeWord(let register, let value):
      put([UInt8(value >> 8), UInt8(value & 0xFF)])
      add(CI2C_WRITE_WORD, register, 2)
    case .writeBlock(let register, let bytes):
      put(bytes)
      add(CI2C_WRITE_BLOCK, register, bytes.count)
    case .write(let bytes):
      put(bytes)
      add(CI2C_WRITE, 0, bytes.count)
    case .read(let count): add(CI2C_READ, 0, count)
    case .wait(let microseconds): add(CI2C_DELAY, 0, 0, microseconds)
    case .probe: add(CI2C_PROBE, 0, 0)
    case .readFile(let path):
      let bytes = Array(path.utf8) + [0]
      put(bytes)
      add(CI2C_READ_FILE, 0, bytes.count)
    }
  }

  /// Adds a block of 1…32 bytes for registers from `register` on, without an array.
  package mutating func appendBlock(_ register: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) {
    put(bytes)
    add(CI2C_WRITE_BLOCK, register, bytes.count)
  }

  /// Takes all steps away, for the next job in the same place.
  package mutating func removeSteps() { (raw.step_count, written) = (0, 0) }

  private mutating func put(_ bytes: some Collection<UInt8>) {
    precondition(written + bytes.count <= BusJob.mostOutput, "a job writes at most 256 bytes")
    let start = written
    withUnsafeMutableBytes(of: &raw.output) { room in
      for (index, byte) in bytes.enumerated() { room[start + index] = byte }
    }
    written += bytes.count
  }

  private mutating func add(
    _ kind: ci2c_kind, _ register: UInt8, _ length: Int, _ microseconds: Int = 0
  ) {
    precondition(Int(raw.step_count) < BusJob.mostSteps, "a job has at most 16 steps")
    let step = ci2c_step(
      kind: UInt8(kind.rawValue), reg: register, length: UInt16(length),
      microseconds: UInt32(microseconds))
    let place = Int(raw.step_count)
    withUnsafeMutableBytes(of: &raw.steps) { room in
      room.storeBytes(
        of: step, toByteOffset: place * MemoryLayout<ci2c_step>.stride, as: ci2c_step.self)
    }
    raw.step_count += 1
  }
}
