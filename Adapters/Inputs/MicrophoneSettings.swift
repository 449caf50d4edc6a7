// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import PhaseSpace

/// A microphone as it is configured.
package struct MicrophoneSettings: Equatable, Sendable {
  package enum Encoding: Equatable, Sendable {
    /// The phase of one band of the sound itself.
    case analytic
    /// The phase of a rhythm of its loudness.
    case envelope
    /// Loudness as magnitude with phase 0, as the first description of the mesh has it.
    case seed
  }

  package var id: String
  package var channel: String
  /// ALSA's name of the PCM.
  package var device: String
  /// Frames per second, 8000…48000; the nearest the device has is taken.
  package var rate = 16_000
  /// The only format to accept; nil for any.
  package var format: SampleFormat?
  /// Channels the device is opened with.
  package var captureChannels = 1
  /// Which of them is heard, from 0.
  package var captureChannel = 0
  package var encoding = Encoding.analytic
  /// Centre of the band, hertz.
  package var frequency = 50.0
  /// Two-sided −3 dB width of the band, hertz.
  package var width = 4.0
  /// Poles of the low-pass, 1 or 2.
  package var poles = 2
  /// Whether the centre follows the line it finds.
  package var tracks = false
  /// Monotonic nanoseconds of frame 0 for a device without a clock of its own; nil for the time
  /// it is opened.
  package var startAt: Int64?
  /// What the card's mixer is set to; nil leaves it as it is.
  package var gain: MixerVolume?
  /// An LED or GPIO line that is on while the microphone is open.
  package var indicator: String?

  package init(id: String, channel: String, device: String) {
    (self.id, self.channel, self.device) = (id, channel, device)
  }

  /// What is asked of ALSA: 20 ms at a time, half a second of room for a late program.
  var request: PCMRequest {
    var request = PCMRequest(
      device: device, direction: .capture, rate: rate, format: format,
      channels: max(captureChannels, captureChannel + 1), periodMicroseconds: 20_000,
      bufferMicroseconds: 500_000)
    (request.volume, request.indicator) = (gain, indicator)
    return request
  }

  /// A fresh encoder for sound of `rate` frames a second, in blocks of `blockFrames`.
  func encoder(rate: Int, blockFrames: Int) -> SignalEncoder {
    let settings = AnalyticSettings(
      rate: Double(rate), frequency: frequency, width: width, poles: poles, tracks: tracks)
    switch encoding {
    case .analytic: return .analytic(AnalyticEncoder(settings))
    case .envelope: return .envelope(EnvelopeEncoder(settings))
    case .seed:
      return .seedAmplitude(
        SeedAmplitudeEncoder(blocksPerSecond: Double(rate) / Double(blockFrames)))
    }
  }
}
