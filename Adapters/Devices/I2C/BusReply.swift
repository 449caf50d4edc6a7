// SPDX-License-Identifier: Apache-2.0
internal import CI2C

/// What came of a job: the bytes its steps read, in their order, or why it failed.
package struct BusReply {
  private var raw: ci2c_result
  /// Why the job failed; nil when every step was done.
  package let failure: BusFailure?

  init(_ result: ci2c_result) {
    raw = result
    failure =
      result.error == 0 ? nil : BusFailure(code: result.error, step: Int(result.step))
  }

  /// The reply to a job that failed before or without an answer of the worker.
  package init(_ failure: BusFailure) {
    raw = ci2c_result()
    self.failure = failure
  }

  /// A reply with these bytes, of which there are at most `BusJob.mostInput`.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count <= BusJob.mostInput, "a reply has at most 96 bytes")
    raw = ci2c_result()
    raw.length = UInt16(bytes.count)
    failure = nil
    withUnsafeMutableBytes(of: &raw.input) { room in
      for (index, byte) in bytes.enumerated() { room[index] = byte }
    }
  }

  /// Bytes read.
  package var count: Int { Int(raw.length) }

  /// When the last step was done, in nanoseconds of CLOCK_MONOTONIC.
  package var time: Int64 { raw.finished_ns }

  package subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "a byte that was read")
    return withUnsafeBytes(of: raw.input) { $0[index] }
  }

  /// Two bytes, the most significant first.
  package func word(_ index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }

  /// Two bytes, the least significant first.
  package func littleWord(_ index: Int) -> UInt16 {
    UInt16(self[index + 1]) << 8 | UInt16(self[index])
  }

  /// Two bytes as a signed number, the most significant first.
  package func signedWord(_ index: Int) -> Int { Int(Int16(bitPattern: word(index))) }

  /// Two bytes as a signed number, the least significant first.
  package func signedLittleWord(_ index: Int) -> Int {
    Int(Int16(bitPattern: littleWord(index)))
  }

  /// All bytes as text, up to the first that is no ASCII.
  package var text: String {
    var text = ""
    for index in 0..<count {
      let byte = self[index]
      guard byte > 0, byte < 128 else { break }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }
}
