// SPDX-License-Identifier: Apache-2.0

/// What a program asks of a sound device.
package struct PCMRequest: Equatable, Sendable {
  package enum Direction: Equatable, Sendable {
    case capture
    case playback
  }

  /// The rates that make sense here, in frames per second.
  package static let rates = 8000...48_000
  /// The most channels a device may be opened with.
  package static let mostChannels = 32

  /// ALSA's name of the PCM, such as "hw:CARD=Device" or one of the user's own.
  package var device: String
  package var direction: Direction
  /// The wanted rate; the nearest the device has is taken.
  package var rate: Int
  /// The only format to accept, or nil for the first that the device has.
  package var format: SampleFormat?
  /// The fewest channels of use; the nearest number the device has is taken.
  package var channels: Int
  /// Frames between two wake-ups, as time.
  package var periodMicroseconds: Int
  /// What the device can hold, as time: how long a program may be late.
  package var bufferMicroseconds: Int
  /// What the card's mixer is set to when the device is opened; nil leaves it as it is.
  package var volume: MixerVolume?
  /// An LED or GPIO line that is on while the device is open.
  package var indicator: String?

  package init(
    device: String, direction: Direction, rate: Int, format: SampleFormat? = nil,
    channels: Int = 1, periodMicroseconds: Int = 20_000, bufferMicroseconds: Int = 100_000
  ) {
    self.device = device
    self.direction = direction
    self.rate = rate
    self.format = format
    self.channels = channels
    self.periodMicroseconds = periodMicroseconds
    self.bufferMicroseconds = bufferMicroseconds
  }
}

/// What a sound device was opened with.
package struct PCMFormat: Equatable, Sendable, CustomStringConvertible {
  package let rate: Int
  package let sample: SampleFormat
  package let channels: Int
  package let periodFrames: Int
  package let bufferFrames: Int

  package var frameBytes: Int { sample.bytes * channels }

  package var description: String {
    "\(sample), \(rate) Hz, \(channels) \(channels == 1 ? "channel" : "channels")"
  }
}
