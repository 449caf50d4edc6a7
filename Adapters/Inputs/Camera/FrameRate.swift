// SPDX-License-Identifier: Apache-2.0

/// The rate at which a camera really takes frames, and how many of them were lost on the way.
///
/// A camera counts the frames it takes; what is missing in the count was lost. The rate is that of
/// counted frames over two seconds, and eight frames at least, of their time stamps.
package struct FrameRate: Equatable, Sendable {
  private static let windowNanoseconds: Int64 = 2_000_000_000
  private static let fewestFrames: Int64 = 8
  /// A count that leaps further was started anew.
  private static let largestLeap: UInt32 = 1000

  /// Frames per second of the last whole window; nil before the first.
  package private(set) var measured: Double?
  /// Frames that the camera took and the program never saw.
  package private(set) var lost: Int64 = 0
  private var sequence: UInt32?
  private var counted: Int64 = 0
  private var windowStart: Int64 = 0

  /// A meter that has lost so many frames already.
  package init(lost: Int64 = 0) { self.lost = lost }

  /// Takes the count and the time stamp of a frame, monotonic nanoseconds.
  package mutating func take(sequence newest: UInt32, at time: Int64) {
    guard let before = sequence else { return restart(newest, at: time) }
    let steps = newest &- before
    guard steps > 0, steps <= Self.largestLeap else { return restart(newest, at: time) }
    sequence = newest
    lost += Int64(steps) - 1
    counted += Int64(steps)
    let span = time - windowStart
    guard span >= Self.windowNanoseconds, counted >= Self.fewestFrames else { return }
    measured = Double(counted) * 1e9 / Double(span)
    (counted, windowStart) = (0, time)
  }

  private mutating func restart(_ newest: UInt32, at time: Int64) {
    (sequence, counted, windowStart) = (newest, 0, time)
  }
}
