// SPDX-License-Identifier: Apache-2.0

/// The sample formats of a sound device, little-endian, and their conversion to −1…1.
package enum SampleFormat: Equatable, Sendable, CustomStringConvertible {
  case int16
  case int32
  case float32

  /// ALSA's name of the format.
  package var description: String {
    switch self {
    case .int16: "S16_LE"
    case .int32: "S32_LE"
    case .float32: "FLOAT_LE"
    }
  }

  /// The format ALSA calls `name`, in any case, with or without "_LE".
  package init?(_ name: String) {
    switch name.uppercased() {
    case "S16_LE", "S16": self = .int16
    case "S32_LE", "S32": self = .int32
    case "FLOAT_LE", "FLOAT": self = .float32
    default: return nil
    }
  }

  package var bytes: Int { self == .int16 ? 2 : 4 }

  /// Takes one channel of `frames` interleaved frames out of `raw`.
  ///
  /// Integers are scaled so that full scale is 1; a float that is no number becomes 0, since one
  /// would stay in a filter for ever.
  package func decode(
    _ raw: UnsafeRawPointer, channels: Int, channel: Int, frames: Int,
    into samples: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .int16:
      let source = raw.assumingMemoryBound(to: Int16.self) + channel
      for n in 0..<frames {
        samples[n] = Float(Int16(littleEndian: source[n * channels])) * (1 / 32768)
      }
    case .int32:
      let source = raw.assumingMemoryBound(to: Int32.self) + channel
      for n in 0..<frames {
        samples[n] = Float(Int32(littleEndian: source[n * channels])) * (1 / 2_147_483_648)
      }
    case .float32:
      let source = raw.assumingMemoryBound(to: UInt32.self) + channel
      for n in 0..<frames {
        let value = Float(bitPattern: UInt32(littleEndian: source[n * channels]))
        samples[n] = value.isFinite ? value : 0
      }
    }
  }

  /// Puts `samples` (clipped to −1…1) on every channel of `frames` interleaved frames.
  package func encode(
    _ samples: UnsafePointer<Float>, channels: Int, frames: Int, into raw: UnsafeMutableRawPointer
  ) {
    switch self {
    case .int16:
      let target = raw.assumingMemoryBound(to: Int16.self)
      for n in 0..<frames {
        let value = Int16((max(-1, min(1, samples[n])) * 32767).rounded()).littleEndian
        for channel in 0..<channels { target[n * channels + channel] = value }
      }
    case .int32:
      let target = raw.assumingMemoryBound(to: Int32.self)
      for n in 0..<frames {
        let value = Int32(Double(max(-1, min(1, samples[n]))) * 2_147_483_647).littleEndian
        for channel in 0..<channels { target[n * channels + channel] = value }
      }
    case .float32:
      let target = raw.assumingMemoryBound(to: UInt32.self)
      for n in 0..<frames {
        let value = max(-1, min(1, samples[n])).bitPattern.littleEndian
        for channel in 0..<channels { target[n * channels + channel] = value }
      }
    }
  }
}
