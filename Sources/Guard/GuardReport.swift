// SPDX-License-Identifier: Apache-2.0

/// Where an output stands, as the guard tells the node.
package struct GuardReport: Equatable, Sendable {
  package static let bytes = 56

  package var drive: Int
  /// Why it is neutral; nil while a set-point lives.
  package var reason: NeutralReason?
  /// Whether the emergency stop is on, or was and its source has not rested since.
  package var isStopped = false
  package var isFailed = false
  /// The highest sequence number seen.
  package var sequence: UInt64 = 0
  /// When it was so, CLOCK_MONOTONIC nanoseconds.
  package var time: Int64 = 0
  /// Where the outputs are, −1…1.
  package var first = 0.0
  package var second = 0.0
  package var refusals: UInt32 = 0
  package var neutrals: UInt32 = 0
  /// Heap allocations since everything was opened; nil where they are not counted.
  package var allocations: Int64?

  package init(drive: Int) { self.drive = drive }

  package init(_ drive: Int, _ state: GuardDrive, at now: Int64) {
    self.init(drive: drive)
    reason = state.isLive ? nil : state.reason
    (isStopped, isFailed) = (state.isStopPressed || state.isStopLatched, state.isFailed)
    (sequence, time) = (state.sequence, now)
    (first, second) = (state.first.value, state.second.value)
    (refusals, neutrals) = (state.refusals, state.neutralCount)
  }

  /// Writes the record into `bytes`, which are at least `GuardReport.bytes`.
  package func write(to bytes: UnsafeMutableRawBufferPointer) {
    let flags: UInt8 = (reason == nil ? 1 : 0) | (isStopped ? 2 : 0) | (isFailed ? 4 : 0)
    GuardRecord.write(.report, drive: drive, more: reason?.rawValue ?? 0, flags: flags, to: bytes)
    GuardRecord.write(sequence, at: 8, to: bytes)
    GuardRecord.write(UInt64(bitPattern: time), at: 16, to: bytes)
    GuardRecord.write(first.bitPattern, at: 24, to: bytes)
    GuardRecord.write(second.bitPattern, at: 32, to: bytes)
    GuardRecord.write(UInt64(refusals) | UInt64(neutrals) << 32, at: 40, to: bytes)
    GuardRecord.write(UInt64(bitPattern: allocations ?? -1), at: 48, to: bytes)
  }

  /// A report from a record; nil for one of another kind or length.
  package init?(_ record: UnsafeRawBufferPointer) {
    guard record.count == GuardReport.bytes, GuardRecord.kind(of: record) == .report else {
      return nil
    }
    self.init(drive: GuardRecord.drive(of: record))
    let flags = record[7]
    if flags & 1 == 0 { reason = NeutralReason(rawValue: record[6]) ?? .badRecord }
    (isStopped, isFailed) = (flags & 2 != 0, flags & 4 != 0)
    sequence = GuardRecord.word(record, at: 8)
    time = Int64(bitPattern: GuardRecord.word(record, at: 16))
    first = Double(bitPattern: GuardRecord.word(record, at: 24))
    second = Double(bitPattern: GuardRecord.word(record, at: 32))
    let counts = GuardRecord.word(record, at: 40)
    refusals = UInt32(truncatingIfNeeded: counts)
    neutrals = UInt32(truncatingIfNeeded: counts >> 32)
    let allocations = Int64(bitPattern: GuardRecord.word(record, at: 48))
    self.allocations = allocations < 0 ? nil : allocations
  }
}
