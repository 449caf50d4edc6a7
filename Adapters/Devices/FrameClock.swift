// SPDX-License-Identifier: Apache-2.0

/// The time of each frame where the monotonic clock sets the pace: frame n is at start + n/rate.
///
/// Exact for any uptime: whole seconds and the rest are counted apart.
package struct FrameClock: Equatable, Sendable {
  /// Monotonic nanoseconds of frame 0.
  package let start: Int64
  /// Frames per second.
  package let rate: Int

  package init(start: Int64, rate: Int) {
    (self.start, self.rate) = (start, rate)
  }

  /// Frames whose time has passed at `now`; 0 before the start.
  package func framesDue(at now: Int64) -> Int64 {
    guard now > start else { return 0 }
    let (seconds, rest) = (now - start).quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds * Int64(rate) + rest * Int64(rate) / 1_000_000_000
  }

  /// The time of a frame, to the nearest nanosecond below.
  package func time(of frame: Int64) -> Int64 {
    let (seconds, rest) = frame.quotientAndRemainder(dividingBy: Int64(rate))
    return start + seconds * 1_000_000_000 + rest * 1_000_000_000 / Int64(rate)
  }
}
