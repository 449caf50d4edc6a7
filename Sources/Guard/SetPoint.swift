// SPDX-License-Identifier: Apache-2.0

/// What an output is to do, and until when.
package struct SetPoint: Equatable, Sendable {
  package static let bytes = 48

  /// The output, by its place among the settings.
  package var drive: Int
  /// Higher than that of every earlier record about the output.
  package var sequence: UInt64
  /// When it was sent, CLOCK_MONOTONIC nanoseconds.
  package var sent: Int64
  /// When it ends, on the same clock.
  package var deadline: Int64
  /// −1…1: left, or velocity.
  package var first: Double
  /// −1…1: right, or rotation.
  package var second: Double
  /// Whether it says to rest: then the other values mean nothing.
  package var isRest: Bool

  package init(
    drive: Int, sequence: UInt64, sent: Int64, deadline: Int64, first: Double, second: Double,
    isRest: Bool = false
  ) {
    (self.drive, self.sequence, self.sent, self.deadline) = (drive, sequence, sent, deadline)
    (self.first, self.second, self.isRest) = (first, second, isRest)
  }

  /// Writes the record into `bytes`, which are at least `SetPoint.bytes`.
  package func write(to bytes: UnsafeMutableRawBufferPointer) {
    GuardRecord.write(isRest ? .rest : .setPoint, drive: drive, to: bytes)
    GuardRecord.write(sequence, at: 8, to: bytes)
    GuardRecord.write(UInt64(bitPattern: sent), at: 16, to: bytes)
    GuardRecord.write(UInt64(bitPattern: deadline), at: 24, to: bytes)
    GuardRecord.write(first.bitPattern, at: 32, to: bytes)
    GuardRecord.write(second.bitPattern, at: 40, to: bytes)
  }

  /// A set-point from a record; nil for one of another kind or length.
  package init?(_ record: UnsafeRawBufferPointer) {
    let kind = GuardRecord.kind(of: record)
    guard record.count == SetPoint.bytes, kind == .setPoint || kind == .rest else { return nil }
    self.init(
      drive: GuardRecord.drive(of: record), sequence: GuardRecord.word(record, at: 8),
      sent: Int64(bitPattern: GuardRecord.word(record, at: 16)),
      deadline: Int64(bitPattern: GuardRecord.word(record, at: 24)),
      first: Double(bitPattern: GuardRecord.word(record, at: 32)),
      second: Double(bitPattern: GuardRecord.word(record, at: 40)), isRest: kind == .rest)
  }
}
