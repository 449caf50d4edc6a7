// SPDX-License-Identifier: Apache-2.0

/// How a peer's clock runs against one's own: a straight line through an anchor.
package struct ClockEstimate: Equatable, Sendable {
  /// Own time at which `offset` holds, nanoseconds.
  package var anchor: Int64
  /// Peer's clock minus own clock at `anchor`, nanoseconds.
  package var offset: Int64
  /// How much faster the peer's clock runs, seconds per second, within ±500 ppm.
  package var skew: Double
  /// Whether enough exchanges were seen for `skew` to be more than a guess of 0.
  package var isFull: Bool
  /// Shortest travel time of both ways together among the readings used, nanoseconds.
  package var delay: Int64
  /// Largest error at `anchor`: half the mean delay of the readings used, nanoseconds.
  var anchorError: Double
  /// How wrong `skew` may be.
  var skewError: Double

  /// A time further from the anchor than this is not the same clock any more.
  private static let horizon: Int64 = 30 * 86_400 * Nanoseconds.second

  /// The peer's `time` in the own clock, or `nil` when it is absurdly far away.
  package func peerToLocal(_ time: Int64) -> Int64? {
    let (shifted, overflow) = time.subtractingReportingOverflow(offset)
    let (elapsed, overflowToo) = shifted.subtractingReportingOverflow(anchor)
    guard !overflow, !overflowToo, elapsed.magnitudeClamped <= Self.horizon else { return nil }
    return anchor + elapsed - Int64((Double(elapsed) * skew / (1 + skew)).rounded())
  }

  /// The own `time` in the peer's clock, or `nil` when it is absurdly far away.
  package func localToPeer(_ time: Int64) -> Int64? {
    let (elapsed, overflow) = time.subtractingReportingOverflow(anchor)
    guard !overflow, elapsed.magnitudeClamped <= Self.horizon else { return nil }
    let (peer, overflowToo) = time.addingReportingOverflow(
      offset + Int64((Double(elapsed) * skew).rounded()))
    return overflowToo ? nil : peer
  }

  /// Largest error of a conversion at own time `now`, nanoseconds.
  ///
  /// Half the delay is in it because a way out that is slower than the way home cannot be seen.
  package func errorBound(at now: Int64) -> Int64 {
    let (elapsed, overflow) = now.subtractingReportingOverflow(anchor)
    guard !overflow, elapsed.magnitudeClamped <= Self.horizon else { return .max }
    return Int64(anchorError + Double(abs(elapsed)) * skewError) + 1
  }
}

extension Int64 {
  /// The magnitude as a signed number; the one that does not fit becomes the largest.
  fileprivate var magnitudeClamped: Int64 { self == .min ? .max : Swift.abs(self) }
}
