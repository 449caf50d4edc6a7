// SPDX-License-Identifier: Apache-2.0

/// What the guard decides, without the hardware.
///
/// Records and times go in, and what each output is to do comes out. After it is made, nothing in
/// it allocates.
package struct GuardState: Equatable, Sendable {
  /// The outputs, in the order of their settings.
  package private(set) var drives: [GuardDrive]

  /// Everything is neutral at first.
  package init(_ settings: [MotorSettings], at now: Int64) {
    drives = settings.map { GuardDrive($0, at: now) }
  }

  /// Takes in a record; a record of another kind leaves every output neutral.
  ///
  /// - Returns: The output it was about; nil for none.
  package mutating func take(_ record: UnsafeRawBufferPointer, at now: Int64) -> Int? {
    guard let point = SetPoint(record), drives.indices.contains(point.drive) else {
      neutralise(.badRecord, at: now)
      return nil
    }
    _ = drives[point.drive].take(point, at: now)
    return point.drive
  }

  /// Takes in the state of the emergency stop of one output.
  package mutating func pressStop(_ isPressed: Bool, of drive: Int, at now: Int64) {
    drives[drive].pressStop(isPressed, at: now)
  }

  /// Takes in that a device of one output has failed, or works again.
  package mutating func fail(_ hasFailed: Bool, _ drive: Int, at now: Int64) {
    guard drives[drive].isFailed != hasFailed else { return }
    drives[drive].fail(hasFailed, at: now)
  }

  /// Brings everything to rest.
  package mutating func neutralise(_ reason: NeutralReason, at now: Int64) {
    for index in drives.indices { drives[index].neutralise(reason, at: now) }
  }

  /// Moves on to `now`.
  package mutating func advance(to now: Int64) {
    for index in drives.indices { drives[index].advance(to: now) }
  }

  /// When to be moved on next; nil while everything is neutral.
  package func deadline(after now: Int64) -> Int64? {
    var earliest: Int64?
    for drive in drives {
      guard let next = drive.nextEvent(after: now) else { continue }
      earliest = min(earliest ?? next, next)
    }
    return earliest
  }
}
