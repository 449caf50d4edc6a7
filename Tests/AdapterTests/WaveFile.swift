// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Testing

/// A RIFF file of linear samples, read strictly: lengths must be those of a finished file.
struct WaveFile {
  let rate: Int
  let channels: Int
  let bits: Int
  let samples: Data

  init(_ file: Data) throws {
    func number(_ offset: Int, _ bytes: Int) -> Int {
      (0..<bytes).reduce(0) { $0 | Int(file[file.startIndex + offset + $1]) << (8 * $1) }
    }
    func tag(_ offset: Int) -> String {
      String(
        decoding: file[(file.startIndex + offset)..<(file.startIndex + offset + 4)], as: UTF8.self)
    }
    try #require(file.count >= 44 && tag(0) == "RIFF" && tag(8) == "WAVE" && tag(12) == "fmt ")
    try #require(tag(36) == "data")
    (channels, rate, bits) = (number(22, 2), number(24, 4), number(34, 2))
    try #require(number(40, 4) <= file.count - 44)
    samples = file[(file.startIndex + 44)..<(file.startIndex + 44 + number(40, 4))]
    // alsa-lib counts the 8 bytes before the length in, which the standard does not.
    #expect([36, 44].contains(number(4, 4) - number(40, 4)))
  }

  var int16: [Int16] {
    samples.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map { bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self) }
    }
  }
}

/// Bytes of frames in `format`: `sound` on `channel`, other sounds on the others.
func frames(_ sound: [Double], format: SampleFormat, channels: Int, channel: Int) -> Data {
  var bytes = Data(capacity: sound.count * channels * format.bytes)
  for (n, value) in sound.enumerated() {
    for each in 0..<channels {
      let sample = each == channel ? value : 0.9 * sin(0.3 * Double(n * (each + 1)))
      switch format {
      case .int16: append(Int16((sample * 32768).rounded()), to: &bytes)
      case .int32: append(Int32((sample * 2_147_483_648).rounded()), to: &bytes)
      case .float32: append(Float(sample).bitPattern, to: &bytes)
      }
    }
  }
  return bytes
}

private func append<T: FixedWidthInteger>(_ value: T, to bytes: inout Data) {
  withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
}

/// Channel `channel` of frames in `format`, decoded here and not by the code under test.
func samples(_ bytes: Data, format: SampleFormat, channels: Int, channel: Int) -> [Double] {
  bytes.withUnsafeBytes { raw in
    (0..<raw.count / (format.bytes * channels)).map { frame in
      let offset = (frame * channels + channel) * format.bytes
      switch format {
      case .int16: return Double(raw.loadUnaligned(fromByteOffset: offset, as: Int16.self)) / 32768
      case .int32:
        return Double(raw.loadUnaligned(fromByteOffset: offset, as: Int32.self)) / 2_147_483_648
      case .float32: return Double(raw.loadUnaligned(fromByteOffset: offset, as: Float.self))
      }
    }
  }
}

/// The frequency of a tone by its rising zero crossings, each placed between two samples.
func risingHertz(_ sound: ArraySlice<Double>, rate: Int) -> Double {
  var crossings: [Double] = []
  for n in sound.indices.dropFirst() where sound[n - 1] < 0 && sound[n] >= 0 {
    crossings.append(Double(n) - sound[n] / (sound[n] - sound[n - 1]))
  }
  guard let first = crossings.first, let last = crossings.last, crossings.count > 1 else {
    return 0
  }
  return Double(crossings.count - 1) * Double(rate) / (last - first)
}

/// The largest step from one sample to the next.
func largestStep(_ sound: [Double]) -> Double {
  zip(sound, sound.dropFirst()).map { abs($1 - $0) }.max() ?? 0
}
