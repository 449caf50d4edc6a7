// SPDX-License-Identifier: Apache-2.0

/// When a peer that sends nothing stops counting in the mesh state.
package enum Staleness {
  /// No node may pause its pulses for longer, nanoseconds.
  package static let longestInterval = 400 * Nanoseconds.millisecond
  /// Every peer is stale after this, whatever it announced, nanoseconds.
  package static let latest = 1500 * Nanoseconds.millisecond

  /// Three of the pulse intervals that the peer announced, nanoseconds.
  ///
  /// Returns 1.2 s for one that announced nothing usable.
  package static func after(intervalMilliseconds: Double) -> Int64 {
    guard intervalMilliseconds > 0 else { return 3 * longestInterval }
    let interval = min(intervalMilliseconds * 1e6, Double(longestInterval))
    return min(3 * Int64(interval), latest)
  }
}
