// SPDX-License-Identifier: Apache-2.0

/// What one sender may use up: so much a second, and so much at once.
struct Allowance {
  let perSecond: Double
  let burst: Double
  private var credit: Double
  private var last: Int64

  init(perSecond: Double, burst: Double, at now: Int64) {
    (self.perSecond, self.burst, credit, last) = (perSecond, burst, burst, now)
  }

  /// Takes `amount` if there is as much.
  mutating func take(_ amount: Double, at now: Int64) -> Bool {
    refill(at: now)
    guard credit >= amount else { return false }
    credit -= amount
    return true
  }

  /// Takes `amount`, on credit where there is not as much.
  ///
  /// - Returns: The time in ns from which on there is some again; nil when there is now.
  mutating func spend(_ amount: Double, at now: Int64) -> Int64? {
    refill(at: now)
    credit -= amount
    return credit >= 0 ? nil : now + Int64(-credit / perSecond * 1e9)
  }

  private mutating func refill(at now: Int64) {
    credit = min(burst, credit + Double(max(0, now - last)) * 1e-9 * perSecond)
    last = now
  }
}
