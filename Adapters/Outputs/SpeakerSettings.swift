// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace

/// A speaker as it is configured.
package struct SpeakerSettings: Equatable, Sendable {
  package var id: String
  /// ALSA's name of the PCM.
  package var device: String
  /// Frames per second, 8000…48000; the nearest the device has is taken.
  package var rate = 48_000
  /// The only format to accept; nil for any.
  package var format: SampleFormat?
  /// Channels, all of which play the tone.
  package var playbackChannels = 1
  package var mapping = OutputMapping.angle
  /// Volume at full coherence, 0…1.
  package var level = 0.5
  /// What the card's mixer is set to; nil leaves it as it is.
  package var volume: MixerVolume?

  package init(id: String, device: String) {
    (self.id, self.device) = (id, device)
  }

  /// What is asked of ALSA: 20 ms at a time, 100 ms from the mesh to the ear.
  var request: PCMRequest {
    var request = PCMRequest(
      device: device, direction: .playback, rate: rate, format: format, channels: playbackChannels,
      periodMicroseconds: 20_000, bufferMicroseconds: 100_000)
    request.volume = volume
    return request
  }
}
