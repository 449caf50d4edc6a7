// SPDX-License-Identifier: Apache-2.0

/// One phase update of one channel: what a node tells a peer on the fast path.
///
/// 52 bytes, little-endian, in the order of the properties. Values that cannot be meant (not
/// finite, out of their range) are neither sealed nor opened.
package struct Pulse: Equatable, Sendable {
  /// Bytes of the body.
  package static let count = 52
  /// A magnitude above this is refused; 1 and the rounding of two Float32.
  package static let maximumMagnitude: Float = 1.001

  /// When the phasor was true, in ns of the sender's monotonic clock.
  package var time: Int64
  /// Drawn by the sender at each start.
  package var boot: UInt32
  /// Counts the sender's pulses of this channel.
  package var sequence: UInt32
  package var channel: ChannelID
  /// Real part of the instantaneous phasor of the band, carrier included; magnitude ≤ 1.
  package var re: Float
  /// Imaginary part, as `re`.
  package var im: Float
  /// Tracked frequency in µHz, 0…4294 Hz.
  package var frequencyMicrohertz: UInt32
  /// Two-sided noise-equivalent bandwidth of the sender's encoder in Hz, ≥ 0.
  package var bandwidth: Float
  /// Independent samples behind the sender's own coherence.
  package var effectiveCount: UInt16
  /// 0 (nothing heard) … 255 (best).
  package var quality: UInt8
  package var flags: UInt8
  /// The sender's decision time of the channel in seconds, > 0.
  package var decisionTau: Float
  /// Digest of the sender's mesh state.
  package var digest: UInt64

  package init(
    time: Int64, boot: UInt32, sequence: UInt32, channel: ChannelID, re: Float, im: Float,
    frequencyMicrohertz: UInt32, bandwidth: Float, effectiveCount: UInt16, quality: UInt8,
    flags: UInt8, decisionTau: Float, digest: UInt64
  ) {
    self.time = time
    self.boot = boot
    self.sequence = sequence
    self.channel = channel
    self.re = re
    self.im = im
    self.frequencyMicrohertz = frequencyMicrohertz
    self.bandwidth = bandwidth
    self.effectiveCount = effectiveCount
    self.quality = quality
    self.flags = flags
    self.decisionTau = decisionTau
    self.digest = digest
  }

  /// What is wrong with the values, `nil` when nothing is.
  package var fault: PulseError? {
    if time < 0 { return .value(.time) }
    if !re.isFinite || !im.isFinite { return .value(.phasor) }
    if re * re + im * im > Self.maximumMagnitude * Self.maximumMagnitude {
      return .value(.phasor)
    }
    if !bandwidth.isFinite || bandwidth < 0 { return .value(.bandwidth) }
    if !decisionTau.isFinite || decisionTau <= 0 { return .value(.decisionTau) }
    return nil
  }
}
