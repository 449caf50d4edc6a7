// SPDX-License-Identifier: Apache-2.0

/// What a channel knows of one member: its newest sample and its integrals over τ_d.
struct ChannelMember: Sendable {
  /// The two-sided noise bandwidth of its encoder, in hertz.
  var bandwidth: Double
  /// The decision time it requires, in seconds.
  var requiredTau: Double
  var weight = 0.0
  var isFresh = false
  /// E[q·û], E[q], E[g], and the second moment of the weights of g over time.
  private var sum = Phasor.zero
  private var quality = 0.0
  private var valid = 0.0
  private var moment = 0.0
  /// The newest sample, demodulated at its own time.
  private(set) var newest: Newest?
  /// The smoothed time between samples in seconds; 0 while unknown.
  private var interval = 0.0

  /// A sample as it is kept.
  struct Newest: Sendable {
    var time: Int64
    var phasor: Phasor
    var quality: Double
    /// Hertz away from the channel's frequency.
    var detuning: Double
    var staleAfter: Int64
  }

  init(bandwidth: Double, requiredTau: Double) {
    self.bandwidth = bandwidth
    self.requiredTau = requiredTau
  }

  /// The bandwidth that what was observed can have: samples rarer than 1/B bring no more than one
  /// independent value each, however often they are extrapolated.
  var observedBandwidth: Double {
    interval > 0 ? min(bandwidth, 1 / interval) : bandwidth
  }

  /// Keeps a sample if it is newer than the newest.
  mutating func keep(_ sample: Newest) -> Bool {
    if let newest {
      guard sample.time > newest.time else { return false }
      let gap = Double(sample.time - newest.time) * 1e-9
      interval = interval > 0 ? interval + (gap - interval) / 16 : gap
    }
    newest = sample
    return true
  }

  /// The demodulated phasor at `now`: the newest sample, turned on by its detuning.
  func phasor(at now: Int64) -> Phasor? {
    guard let newest else { return nil }
    guard newest.detuning != 0 else { return newest.phasor }
    let age = Double(now - newest.time) * 1e-9
    return CarrierPhase.advance(newest.phasor, frequency: newest.detuning, seconds: age)
  }

  /// Whether the newest sample is recent enough to count at `now`.
  func isFresh(at now: Int64) -> Bool {
    guard let newest else { return false }
    let age = now - newest.time
    return age <= newest.staleAfter && age >= -newest.staleAfter
  }

  /// Integrates a tick in which the member showed `phasor` with `quality`; nil if it was unusable.
  mutating func integrate(_ phasor: Phasor?, quality now: Double, alpha: Double, dt: Double) {
    let keep = 1 - alpha
    sum = sum * keep
    quality *= keep
    valid *= keep
    moment *= keep * keep
    guard let phasor else { return }
    sum = sum + phasor * (alpha * now)
    quality += alpha * now
    valid += alpha
    moment += alpha * alpha / dt
  }

  /// z = E[q·û]/E[q]: zero while less than half of the window was usable.
  var mean: Phasor {
    valid >= LockingMatrix.leastValid && quality > 0 ? sum * (1 / quality) : .zero
  }

  /// The same without that condition, for the seed's form.
  var seedMean: Phasor { quality > 0 ? sum * (1 / quality) : .zero }

  /// E[g].
  var validShare: Double { valid }

  /// The effective length of the usable window in seconds.
  var seconds: Double { moment > 0 ? valid * valid / moment : 0 }
}
