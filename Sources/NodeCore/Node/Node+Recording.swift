// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import PhaseSpace

/// What of the first channel goes into a trace, where one is recorded.
extension Node {
  func recordStart() {
    guard let recorder, let channel = board.channels.first, let own = channel.own else { return }
    recorder.take(.channel(frequency: channel.estimator.settings.frequency))
    recorder.take(.join(slot: 0, bandwidth: own.bandwidth, requiredTau: own.requiredTau))
  }

  func record(_ sample: PhaseSample, channel index: Int) {
    guard index == 0 else { return }
    recorder?.take(.sample(slot: 0, sample, staleAfter: ChannelEstimator.longestStale))
  }

  func record(_ pulse: Pulse, slot: Int, staleAfter: Int64) {
    guard let recorder, let channel = board.channels.first, pulse.channel == channel.id
    else { return }
    if !channel.estimator.isMember(slot: slot + 1) {
      recorder.take(
        .join(
          slot: slot + 1, bandwidth: Double(pulse.bandwidth),
          requiredTau: Double(pulse.decisionTau)))
    }
    recorder.take(.sample(slot: slot + 1, pulse.sample(at: pulse.time), staleAfter: staleAfter))
  }
}

extension Pulse {
  /// The measurement a pulse carries, as of `time` of this node's clock.
  func sample(at time: Int64) -> PhaseSample {
    PhaseSample(
      time: time, phasor: Phasor(re: Double(re), im: Double(im)),
      quality: Double(quality) / 255, frequency: Double(frequencyMicrohertz) * 1e-6)
  }
}
