// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// The phase of events (pulses, beats, turns): 0 at an event, a full turn later at the next.
///
/// Until the next event comes, the phase runs on as if the last interval were to repeat. How wrong
/// that was shows at each event, as an angle of at most half a turn; its mean cosine over about the
/// last 15 intervals is the quality. A rhythm that changes slowly has it, the same intervals in
/// random order have not. An event that is overdue lowers it, to 0 at
/// two intervals. No call allocates.
package struct EventEncoder: Sendable {
  /// The share of the newest interval in the quality.
  private static let qualityShare = 1.0 / 8
  /// The share of the newest interval in the tracked one.
  private static let intervalShare = 1.0 / 4
  /// Intervals that must be known before there is a quality.
  private static let leastIntervals = 3
  /// No interval is longer than this, in nanoseconds: after a day a rhythm begins anew.
  private static let longestInterval: Int64 = 86_400_000_000_000

  package let settings: EventSettings
  /// Events taken.
  package private(set) var events: Int64 = 0
  /// Events refused as bounces.
  package private(set) var bounces: Int64 = 0
  private var last: Int64?
  /// The last interval and the tracked one, in nanoseconds; 0 while unknown.
  private var interval: Int64 = 0
  private var tracked = 0.0
  private var agreement = Integrator(tau: 1)
  private var intervals = 0

  package init(_ settings: EventSettings) {
    precondition(settings.frequency > 0 && settings.width > 0, "a rhythm above 0 Hz")
    self.settings = settings
  }

  /// The two-sided noise-equivalent bandwidth B in hertz.
  package var noiseBandwidth: Double { settings.noiseBandwidth }

  /// Takes an event of `time`, monotonic nanoseconds.
  ///
  /// - Returns: False for a bounce, and for an event not later than the last.
  @discardableResult
  package mutating func take(at time: Int64) -> Bool {
    guard let last else {
      self.last = time
      events += 1
      return true
    }
    let gap = time - last
    guard gap > 0, gap >= settings.debounce else {
      bounces += 1
      return false
    }
    self.last = time
    events += 1
    guard gap <= Self.longestInterval else {
      forget()
      return true
    }
    learn(gap)
    return true
  }

  /// Begins anew: events were lost, or the device was away.
  package mutating func restart() {
    forget()
    last = nil
  }

  /// The phasor, quality and tracked frequency at `now`.
  package func reading(at now: Int64) -> EncoderReading {
    guard let last, interval > 0, now >= last else {
      return EncoderReading(phasor: .zero, quality: 0, frequency: settings.frequency)
    }
    let turns = Double(now - last) / Double(interval)
    // An overdue event holds the phase where it is due.
    return EncoderReading(
      phasor: Phasor(cycles: min(turns, 1)), quality: regularity * punctuality(turns),
      frequency: turns < 1 ? 1e9 / Double(interval) : 1e9 / tracked)
  }

  /// Events per second at `now`: falls while the next one is overdue.
  package func rate(at now: Int64) -> Double {
    guard let last, tracked > 0 else { return 0 }
    return 1e9 / max(tracked, Double(max(0, now - last)))
  }

  /// The mean cosine of the prediction errors, 0 where they are anything or where too few are known.
  private var regularity: Double {
    intervals >= Self.leastIntervals ? max(0, agreement.sum.re) : 0
  }

  private func punctuality(_ turns: Double) -> Double { min(1, max(0, 2 - turns)) }

  private mutating func learn(_ gap: Int64) {
    if interval > 0 {
      let late = Double(gap) / Double(interval) - 1
      agreement.add(Phasor(cycles: min(max(late, -0.5), 0.5)), alpha: Self.qualityShare)
    }
    intervals += 1
    interval = gap
    tracked = tracked > 0 ? tracked + Self.intervalShare * (Double(gap) - tracked) : Double(gap)
  }

  private mutating func forget() {
    (interval, tracked, intervals) = (0, 0, 0)
    agreement = Integrator(tau: 1)
  }
}
