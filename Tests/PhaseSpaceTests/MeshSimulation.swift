// SPDX-License-Identifier: Apache-2.0

@testable import PhaseSpace

/// Members that show a phase at every tick, as one node's estimator sees them.
struct MeshSimulation {
  static let frequency = 50.0
  var estimator: ChannelEstimator
  private(set) var now: Int64
  let tick: Int64
  private let count: Int

  /// `count` members with encoders of noise bandwidth `bandwidth`, ticks of `tick` seconds.
  init(
    count: Int, bandwidth: Double = 4.88, tau: Double? = nil, tick: Double = 0.05,
    start: Int64 = 1_000_000_000, settings: ChannelSettings? = nil
  ) {
    self.count = count
    self.tick = Int64(tick * 1e9)
    now = start
    estimator = ChannelEstimator(
      settings: settings ?? ChannelSettings(frequency: Self.frequency), capacity: max(count, 4))
    let required =
      tau ?? DecisionTime.required(tick: tick, bandwidth: bandwidth)
    for slot in 0..<count {
      estimator.join(slot: slot, bandwidth: bandwidth, requiredTau: required)
    }
    estimator.tick(at: now)
  }

  /// One tick in which each member shows its baseband phasor on the channel's carrier.
  mutating func step(
    quality: Double = 1, frequency: Double = Self.frequency, show: (Int) -> Phasor?
  ) {
    now += tick
    let carrier = CarrierPhase.phasor(nanoseconds: now, frequency: Self.frequency)
    for slot in 0..<count {
      guard let phasor = show(slot) else { continue }
      let sample = PhaseSample(
        time: now, phasor: phasor * carrier, quality: quality, frequency: frequency)
      estimator.observe(slot: slot, sample, weight: 1, staleAfterNanoseconds: 600_000_000)
    }
    estimator.tick(at: now)
  }

  mutating func state(reference: Int? = 0) -> MeshState { estimator.state(reference: reference) }
}
