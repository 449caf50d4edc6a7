// SPDX-License-Identifier: Apache-2.0
package import MMP
package import PhaseSpace

/// One channel as this node sees it: its own measurement, its peers', and the mesh state.
///
/// Slot 0 of the estimator is this node, slot k + 1 the peer in slot k of the peer table.
package struct Channel {
  package let id: ChannelID
  package let name: String
  package var estimator: ChannelEstimator
  package private(set) var state = MeshState()
  /// This node's newest measurement, which the next pulse carries; nil without that input.
  package private(set) var own: OwnMeasurement?

  package struct OwnMeasurement {
    package var sample: PhaseSample
    package let bandwidth: Double
    package let requiredTau: Double
  }

  /// The profile's time constants, over this node's own phasor.
  package private(set) var bank: IntegratorBank
  private var lastTick: Int64?
  /// When the newest pulse of a peer was measured, in this node's clock; nil before the first.
  package private(set) var newestPulse: Int64?

  /// A channel without members yet.
  package init(name: String, settings: ChannelSettings, capacity: Int, bank: IntegratorBank) {
    (self.name, id, self.bank) = (name, ChannelID(name: name), bank)
    estimator = ChannelEstimator(settings: settings, capacity: capacity)
  }

  /// Makes this node a member, with what its encoder declares.
  package mutating func joinSelf(bandwidth: Double, requiredTau: Double) {
    estimator.join(slot: 0, bandwidth: bandwidth, requiredTau: requiredTau)
    own = OwnMeasurement(
      sample: PhaseSample(time: 0, phasor: .zero, quality: 0, frequency: 0),
      bandwidth: bandwidth, requiredTau: requiredTau)
  }

  /// Takes this node's own measurement.
  package mutating func measured(_ sample: PhaseSample, weight: Double) {
    own?.sample = sample
    estimator.observe(
      slot: 0, sample, weight: weight,
      staleAfterNanoseconds: ChannelEstimator.longestStale)
  }

  /// Takes a peer's pulse, its time already in this node's clock.
  package mutating func heard(
    _ pulse: Pulse, slot: Int, at time: Int64, weight: Double, staleAfter: Int64
  ) {
    newestPulse = max(newestPulse ?? time, time)
    let bandwidth = Double(pulse.bandwidth)
    let tau = Double(pulse.decisionTau)
    if !estimator.isMember(slot: slot + 1) {
      estimator.join(slot: slot + 1, bandwidth: bandwidth, requiredTau: tau)
    } else {
      estimator.update(slot: slot + 1, bandwidth: bandwidth, requiredTau: tau)
    }
    estimator.observe(
      slot: slot + 1, pulse.sample(at: time), weight: weight, staleAfterNanoseconds: staleAfter)
  }

  package mutating func tick(at now: Int64) {
    estimator.tick(at: now)
    state = estimator.state(reference: reference)
    if own != nil, let lastTick {
      // Without a usable phase the windows run empty: silence is incoherent.
      let phasor = estimator.phasor(slot: 0, at: now) ?? .zero
      bank.add(phasor, dt: Double(now - lastTick) * 1e-9)
    }
    lastTick = now
  }

  /// What the common phase is measured against: this node, else its first fresh peer.
  package var reference: Int? {
    if own != nil { return 0 }
    return lowestPeer
  }

  /// Slot of the living member with the lowest nodeId; set by the board, which knows nodeIds.
  package var lowestPeer: Int?

  /// The pulse that tells peers of this node's newest measurement, nil while there is none.
  ///
  /// Its start and sequence are filled in where it is sent.
  package func pulse() -> Pulse? {
    guard let own, own.sample.time > 0 else { return nil }
    let sample = own.sample
    let effective = estimator.member(slot: 0)?.effectiveSamples ?? 0
    return Pulse(
      time: sample.time, boot: 0, sequence: 0, channel: id,
      re: Float(sample.phasor.re), im: Float(sample.phasor.im),
      frequencyMicrohertz: UInt32(clamping: Int64((sample.frequency * 1e6).rounded())),
      bandwidth: Float(own.bandwidth),
      effectiveCount: UInt16(clamping: Int64(effective)),
      quality: UInt8(clamping: Int64((sample.quality * 255).rounded())), flags: 0,
      decisionTau: Float(own.requiredTau), digest: state.digest)
  }
}
