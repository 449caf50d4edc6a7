// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// One channel of a node with many peers: one operation is a tick and the state after it.
final class MeshStateWork: Workload {
  private static let frequency = 50.0
  private static let decisionTau = 2.05
  /// So short that no member goes stale within a round.
  private static let tick: Int64 = 20_000
  private static let observation: Int64 = 100_000_000

  private var estimator: ChannelEstimator
  private let members: Int
  private var noise = Noise(seed: 2)
  private var now: Int64 = 1_000_000_000

  /// A channel in which `peers` peers have been heard for longer than the decision time.
  init(peers: Int) {
    members = peers + 1
    estimator = ChannelEstimator(
      settings: ChannelSettings(frequency: Self.frequency), capacity: members)
    super.init()
    for slot in 0..<members {
      estimator.join(slot: slot, bandwidth: 4.88, requiredTau: Self.decisionTau)
    }
    for _ in 0..<32 {
      now += Self.observation
      observe()
      estimator.tick(at: now)
    }
  }

  override func prepare(_ count: Int) {
    now += Self.tick
    observe()
  }

  override func work(_ count: Int) {
    for _ in 0..<count {
      now += Self.tick
      estimator.tick(at: now)
      sink += estimator.state(reference: 0).lockingIndex
    }
  }

  /// Every member a little off the channel's frequency, and noisy: loosely locked.
  private func observe() {
    for slot in 0..<members {
      let frequency = Self.frequency + 0.01 * (noise.next() - 0.5)
      let lead = Phasor(angle: 0.3 * Double(slot) + 1.5 * (noise.next() - 0.5))
      let phasor = CarrierPhase.phasor(nanoseconds: now, frequency: Self.frequency) * lead
      estimator.observe(
        slot: slot,
        PhaseSample(time: now, phasor: phasor, quality: 0.9, frequency: frequency),
        weight: 1, staleAfterNanoseconds: ChannelEstimator.longestStale)
    }
  }
}
