// SPDX-License-Identifier: Apache-2.0

/// One output as the guard sees it: what it does now, until when, and why it does nothing.
package struct GuardDrive: Equatable, Sendable {
  /// What came of a record.
  package enum Verdict: Equatable, Sendable {
    case accepted
    /// Not newer than what was there already: a copy, or an old one.
    case old
    /// Its life was over before it came, or it claims to come from the future.
    case late
    /// The value made the output neutral.
    case bad
    /// The emergency stop, or a failed device, does not let it through.
    case barred
  }

  private static let tick: Int64 = 10_000_000

  private let stopAfter: Int64
  package private(set) var first: Ramp
  package private(set) var second: Ramp
  /// The end of the living set-point; nil while neutral.
  package private(set) var deadline: Int64?
  /// Why it is, or last was, neutral.
  package private(set) var reason = NeutralReason.start
  /// The highest sequence number seen.
  package private(set) var sequence: UInt64 = 0
  /// Whether the emergency stop is on now.
  package private(set) var isStopPressed = false
  /// Whether it was on and the source has not rested since.
  package private(set) var isStopLatched = false
  /// Whether a device of the output has failed and not come back.
  package private(set) var isFailed = false
  /// Records that were not let through.
  package private(set) var refusals: UInt32 = 0
  private var heardAt: Int64
  private var counts: [UInt32]

  package init(_ settings: MotorSettings, at now: Int64) {
    stopAfter = settings.stopAfter
    first = Ramp(slew: settings.slew, reverseAfter: settings.rampRest(0), at: now)
    second = Ramp(slew: settings.slew, reverseAfter: settings.rampRest(1), at: now)
    counts = Array(repeating: 0, count: NeutralReason.allCases.count)
    heardAt = now
  }

  /// What others want to know of at once.
  package struct Standing: Equatable, Sendable {
    package var reason: NeutralReason?
    package var isStopped: Bool
    package var isFailed: Bool
  }

  package var standing: Standing {
    Standing(
      reason: isLive ? nil : reason, isStopped: isStopPressed || isStopLatched, isFailed: isFailed)
  }

  /// Whether a set-point lives.
  package var isLive: Bool { deadline != nil }

  /// How often the output became neutral for `reason`.
  package func count(_ reason: NeutralReason) -> UInt32 { counts[Int(reason.rawValue)] }

  /// How often it became neutral for any reason.
  package var neutralCount: UInt32 { counts.reduce(0, &+) }

  /// When time alone changes something next.
  package func nextEvent(after now: Int64) -> Int64? {
    guard let deadline else { return nil }
    return first.isSettled && second.isSettled ? deadline : min(deadline, now + GuardDrive.tick)
  }

  /// Takes in a set-point about this output.
  package mutating func take(_ point: SetPoint, at now: Int64) -> Verdict {
    let verdict = judge(point, at: now)
    if verdict != .accepted { refusals &+= 1 }
    return verdict
  }

  private mutating func judge(_ point: SetPoint, at now: Int64) -> Verdict {
    guard point.sequence > sequence else { return .old }
    sequence = point.sequence
    let silence = now - heardAt
    heardAt = now
    if point.isRest || silence > stopAfter { release() }
    guard !point.isRest else {
      neutralise(.rest, at: now)
      return .accepted
    }
    guard point.first.magnitude <= 1, point.second.magnitude <= 1 else {
      neutralise(.badValue, at: now)
      return .bad
    }
    guard point.sent <= now, now - point.sent < stopAfter, point.deadline > now else {
      return .late
    }
    guard !isStopPressed, !isStopLatched, !isFailed else { return .barred }
    // The guard's clock and settings decide, whatever the node would like.
    deadline = min(point.deadline, point.sent + stopAfter)
    first.follow(point.first, at: now)
    second.follow(point.second, at: now)
    return .accepted
  }

  /// The source has rested: with the button released, it may begin anew.
  private mutating func release() {
    if !isStopPressed { isStopLatched = false }
  }

  /// Takes in the state of the emergency stop.
  package mutating func pressStop(_ isPressed: Bool, at now: Int64) {
    isStopPressed = isPressed
    guard isPressed else { return }
    isStopLatched = true
    neutralise(.emergency, at: now)
  }

  /// Takes in that a device has failed, or works again.
  package mutating func fail(_ hasFailed: Bool, at now: Int64) {
    isFailed = hasFailed
    if hasFailed { neutralise(.failed, at: now) }
  }

  /// Rests at once.
  package mutating func neutralise(_ reason: NeutralReason, at now: Int64) {
    if isLive || self.reason != reason { counts[Int(reason.rawValue)] &+= 1 }
    self.reason = reason
    deadline = nil
    first.stop(at: now)
    second.stop(at: now)
  }

  /// Moves on to `now`; a set-point whose life is over leaves the output neutral.
  package mutating func advance(to now: Int64) {
    guard let deadline else { return }
    guard now < deadline else { return neutralise(.deadline, at: now) }
    first.advance(to: now)
    second.advance(to: now)
  }
}

extension MotorSettings {
  /// How long a side rests before it turns round; a servo's middle is no place to rest.
  fileprivate func rampRest(_ side: Int) -> Int64 {
    guard side < sides.count, case .servo = sides[side] else { return reverseAfter }
    return 0
  }
}
