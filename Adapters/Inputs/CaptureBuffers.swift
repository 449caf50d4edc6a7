// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// Room for one period of sound as the device gives it and as the encoder takes it.
final class CaptureBuffers {
  let raw: UnsafeMutableRawPointer
  private let samples: UnsafeMutablePointer<Float>
  private let format: PCMFormat
  private let channel: Int

  /// Buffers for periods of `format`, of which `channel` (from 0) is heard.
  init(_ format: PCMFormat, channel: Int) {
    (self.format, self.channel) = (format, channel)
    raw = .allocate(byteCount: format.periodFrames * format.frameBytes, alignment: 16)
    samples = .allocate(capacity: format.periodFrames)
  }

  deinit {
    raw.deallocate()
    samples.deallocate()
  }

  /// The first `frames` frames of `raw` as samples; valid until the next call.
  func decoded(_ frames: Int) -> UnsafeBufferPointer<Float> {
    format.sample.decode(
      raw, channels: format.channels, channel: channel, frames: frames, into: samples)
    return UnsafeBufferPointer(start: samples, count: frames)
  }
}
