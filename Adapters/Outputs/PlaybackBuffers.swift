// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// One period of a tone as it is made and as the device takes it, with what it has not taken yet.
final class PlaybackBuffers {
  private let raw: UnsafeMutableRawPointer
  private let samples: UnsafeMutableBufferPointer<Float>
  private let format: PCMFormat
  private var taken: Int

  init(_ format: PCMFormat) {
    self.format = format
    raw = .allocate(byteCount: format.periodFrames * format.frameBytes, alignment: 16)
    samples = .allocate(capacity: format.periodFrames)
    taken = format.periodFrames
  }

  deinit {
    raw.deallocate()
    samples.deallocate()
  }

  /// Whether the device has taken the whole period.
  var isSpent: Bool { taken == format.periodFrames }

  /// The frames still to be written, and how many.
  var pending: (UnsafeRawPointer, Int) {
    (UnsafeRawPointer(raw + taken * format.frameBytes), format.periodFrames - taken)
  }

  /// Notes that the device took so many of the pending frames.
  func take(_ frames: Int) { taken += frames }

  /// Makes the next period.
  func render(_ oscillator: inout ToneOscillator) {
    oscillator.render(into: samples)
    taken = 0
    guard let base = samples.baseAddress else { return }
    format.sample.encode(
      UnsafePointer(base), channels: format.channels, frames: format.periodFrames, into: raw)
  }
}
