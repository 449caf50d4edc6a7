// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// An encoder that hears 50 Hz in noise: one operation is one sample, in blocks of 20 ms.
final class EncoderWork: Workload {
  static let rate = 16_000.0
  static let blockFrames = 320

  private var encoder: SignalEncoder
  private var block: [Float]

  init(_ encoder: SignalEncoder) {
    self.encoder = encoder
    var noise = Noise(seed: 1)
    block = (0..<Self.blockFrames).map {
      let hum = Phasor(cycles: 50 * Double($0) / Self.rate).im
      return Float(0.2 * hum + 0.05 * (noise.next() - 0.5))
    }
  }

  override func work(_ count: Int) {
    var left = count
    block.withUnsafeBufferPointer { block in
      while left > 0 {
        let part = UnsafeBufferPointer(rebasing: block[..<min(left, block.count)])
        sink += encoder.process(part).phasor.re
        left -= part.count
      }
    }
  }

  /// Every encoder there is, by name.
  static var all: [(name: String, work: EncoderWork)] {
    let band = AnalyticSettings(rate: rate, frequency: 50, width: 4)
    var tracking = band
    tracking.tracks = true
    let blocks = rate / Double(blockFrames)
    return [
      ("analytic", EncoderWork(.analytic(AnalyticEncoder(band)))),
      ("analytic-tracking", EncoderWork(.analytic(AnalyticEncoder(tracking)))),
      ("envelope", EncoderWork(.envelope(EnvelopeEncoder(rate: rate)))),
      ("seed", EncoderWork(.seedAmplitude(SeedAmplitudeEncoder(blocksPerSecond: blocks)))),
    ]
  }
}

/// Numbers that look random and are the same on every run.
///
/// Source: D. Knuth, MMIX, multiplier and increment of its linear congruential generator.
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The next, in 0..<1.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
}
