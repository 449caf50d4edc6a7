// SPDX-License-Identifier: Apache-2.0

/// A speed that follows its target no faster than it may, and rests before it turns round.
package struct Ramp: Equatable, Sendable {
  private let slew: Double
  private let reverseAfter: Int64
  /// −1…1.
  package private(set) var value = 0.0
  private var target = 0.0
  private var time: Int64
  /// The sign of the last movement; 0 before the first.
  private var direction = 0.0
  private var restedAt: Int64

  /// - Parameters:
  ///   - slew: Full scales a second.
  ///   - reverseAfter: How long it rests between one direction and the other, nanoseconds.
  ///   - now: CLOCK_MONOTONIC nanoseconds.
  package init(slew: Double, reverseAfter: Int64, at now: Int64) {
    (self.slew, self.reverseAfter) = (slew, reverseAfter)
    (time, restedAt) = (now, now)
  }

  /// Whether time alone changes nothing any more.
  package var isSettled: Bool { value == target }

  /// Sets what to follow from `now` on.
  package mutating func follow(_ target: Double, at now: Int64) {
    advance(to: now)
    self.target = target
  }

  /// Rests at once.
  package mutating func stop(at now: Int64) {
    advance(to: now)
    if value != 0 { rest(at: now) }
    target = 0
  }

  /// Moves on to `now`.
  package mutating func advance(to now: Int64) {
    guard now > time else { return }
    var left = now - time
    time = now
    if value != 0, value * target <= 0 {
      let needed = Int64((value.magnitude / slew * 1e9).rounded(.up))
      guard needed <= left else {
        value -= Ramp.sign(of: value) * change(in: left)
        return
      }
      left -= needed
      rest(at: now - left)
    }
    guard target != 0 else { return }
    if value == 0, direction * target < 0 {
      let wait = restedAt + reverseAfter - (now - left)
      guard wait < left else { return }
      left -= max(0, wait)
    }
    let step = change(in: left)
    value += min(max(target - value, -step), step)
    if value != 0 { direction = Ramp.sign(of: value) }
  }

  private mutating func rest(at instant: Int64) {
    (direction, value, restedAt) = (Ramp.sign(of: value), 0, instant)
  }

  private func change(in nanoseconds: Int64) -> Double { slew * Double(nanoseconds) * 1e-9 }

  private static func sign(of value: Double) -> Double { value < 0 ? -1 : 1 }
}
