// SPDX-License-Identifier: Apache-2.0

/// The duty of a line that has no PWM hardware, by absolute times: a late wake-up shortens or
/// lengthens one pulse and moves none of the following.
package struct SoftwarePWM: Equatable, Sendable {
  /// Shorter pulses and gaps are not made.
  private static let shortest: Int64 = 20_000

  private let period: Int64
  private var start: Int64 = 0
  private var high: Int64 = 0
  /// What the line is to be now.
  package private(set) var isOn = false
  /// When the line changes next; nil while it stays.
  package private(set) var deadline: Int64?

  /// - Parameter frequency: Pulses a second.
  package init(frequency: Double) { period = Int64((1e9 / frequency).rounded()) }

  /// Sets the share of time the line is on, 0…1.
  package mutating func set(_ duty: Double, at now: Int64) {
    let wanted = Int64((min(max(duty, 0), 1) * Double(period)).rounded())
    if deadline == nil { start = now }
    high =
      wanted < SoftwarePWM.shortest
      ? 0 : wanted > period - SoftwarePWM.shortest ? period : wanted
    advance(to: now)
  }

  /// Moves on to `now`.
  package mutating func advance(to now: Int64) {
    guard high > 0, high < period else {
      (isOn, deadline) = (high > 0, nil)
      return
    }
    let position = (now - start) % period
    isOn = position < high
    deadline = now - position + (isOn ? high : period)
  }
}
