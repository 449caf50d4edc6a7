// SPDX-License-Identifier: Apache-2.0
internal import CSystem

/// How loud sound was: peak and effective value, without its constant offset.
package struct SoundLevel: Equatable, Sendable, CustomStringConvertible {
  /// Below this peak there is nothing but the steps of 16 bits.
  private static let silence = 1.0 / 16_384
  /// At and above this a sample is as large as it can be.
  private static let full: Float = 0.999
  /// So many full samples in a row are sound cut off.
  private static let cutRun = 3

  private var count = 0
  private var sum = 0.0
  private var squares = 0.0
  private var least: Float = 0
  private var most: Float = 0
  private var run = 0
  /// Whether some of it was cut off at full scale.
  package private(set) var isClipping = false

  package init() {}

  /// Takes samples in −1…1.
  package mutating func add(_ samples: UnsafeBufferPointer<Float>) {
    for sample in samples where sample.isFinite {
      (least, most) = count == 0 ? (sample, sample) : (min(least, sample), max(most, sample))
      count += 1
      sum += Double(sample)
      squares += Double(sample) * Double(sample)
      run = sample.magnitude >= SoundLevel.full ? run + 1 : 0
      if run >= SoundLevel.cutRun { isClipping = true }
    }
  }

  /// Samples taken.
  package var samples: Int { count }
  /// The largest excursion from the offset, as decibels of full scale; at least −120.
  package var peak: Double { Self.decibels(excursion) }
  /// The effective value, as decibels of full scale (a full sine is −3); at least −120.
  package var effective: Double {
    guard count > 0 else { return Self.decibels(0) }
    let mean = sum / Double(count)
    return Self.decibels(max(0, squares / Double(count) - mean * mean).squareRoot())
  }
  /// Whether there is no sound at all: a dead channel, or a muted microphone.
  package var isSilent: Bool { excursion < SoundLevel.silence }

  private var excursion: Double {
    guard count > 0 else { return 0 }
    let mean = sum / Double(count)
    return max(Double(most) - mean, mean - Double(least))
  }

  package var description: String {
    guard count > 0 else { return "no sound came" }
    let numbers = "peak \(Self.tenths(peak)) dBFS, RMS \(Self.tenths(effective)) dBFS"
    return isClipping ? "\(numbers), clipping" : isSilent ? "\(numbers), silent" : numbers
  }

  private static func decibels(_ value: Double) -> Double {
    value > 1e-6 ? 20 * log10(value) : -120
  }

  /// A number with one decimal.
  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}
