// SPDX-License-Identifier: Apache-2.0

/// A token bucket: `burst` events at once, then so many per second.
package struct RateBucket {
  private let burst: Int64
  private let nanosecondsPerToken: Int64
  private var credit: Int64
  private var last: Int64

  /// A full bucket; `perSecond` is at least 1.
  package init(burst: Int, perSecond: Int, at now: Int64) {
    nanosecondsPerToken = 1_000_000_000 / Int64(max(1, perSecond))
    self.burst = Int64(burst) * nanosecondsPerToken
    (credit, last) = (self.burst, now)
  }

  /// Takes one token if there is one.
  package mutating func take(at now: Int64) -> Bool {
    credit = min(burst, credit + min(burst, max(0, now - last)))
    last = now
    guard credit >= nanosecondsPerToken else { return false }
    credit -= nanosecondsPerToken
    return true
  }
}
