// SPDX-License-Identifier: Apache-2.0

/// The rhythm of a sound: the phase of its loudness near a slow frequency (2 Hz unless told).
///
/// Offset removed, rectified, low-passed at 20 Hz (two poles), averaged down to about 100 values a
/// second, then demodulated as any other signal. The phase that the 20 Hz low-pass and the averaging
/// take from the rhythm is known and given back. No call allocates.
package struct EnvelopeEncoder: Sendable {
  private var demodulator: AnalyticEncoder
  private let group: Int
  private var gathered = 0
  private var sum: Float = 0
  private let offsetShare: Float
  private var offset: Float = 0
  private let share: Float
  private var first: Float = 0
  private var second: Float = 0
  private let correction: Phasor
  private let rate: Double

  /// The encoder of `settings`, whose frequency and width are those of the rhythm.
  package init(_ settings: AnalyticSettings) {
    rate = settings.rate
    group = max(1, Int((settings.rate / 100).rounded()))
    var slow = settings
    slow.rate = settings.rate / Double(group)
    slow.removesOffset = true
    demodulator = AnalyticEncoder(slow)
    let smoothing = LowPass(alpha: Self.share(20, rate), poles: 2)
    share = Float(smoothing.alpha)
    offsetShare = Float(Self.share(5, rate))
    let lag = smoothing.response(frequency: settings.frequency, rate: rate)
    let averaging = settings.frequency * Double(group - 1) / (2 * rate)
    correction = (lag.conjugate.unit ?? Phasor(re: 1, im: 0)) * Phasor(cycles: averaging)
  }

  /// The encoder of rhythms near `frequency`, for sound of `rate` samples a second.
  package init(rate: Double, frequency: Double = 2, width: Double = 1) {
    self.init(AnalyticSettings(rate: rate, frequency: frequency, width: width))
  }

  /// The two-sided noise-equivalent bandwidth B in hertz.
  package var noiseBandwidth: Double { demodulator.noiseBandwidth }

  package var settings: AnalyticSettings { demodulator.settings }

  /// The reading at the last sample taken.
  package var reading: EncoderReading {
    var reading = demodulator.reading
    let late = reading.frequency * Double(gathered) / rate
    reading.phasor = reading.phasor * correction * Phasor(cycles: late)
    return reading
  }

  /// Takes a block of samples in −1…1; samples that are not finite count as 0.
  package mutating func process(_ samples: UnsafeBufferPointer<Float>) -> EncoderReading {
    for raw in samples {
      let input = raw.isFinite ? raw : 0
      offset += offsetShare * (input - offset)
      let size = (input - offset).magnitude
      first += share * (size - first)
      second += share * (first - second)
      sum += second
      gathered += 1
      if gathered == group { demodulate() }
    }
    return reading
  }

  /// Takes a block of samples held in an array.
  package mutating func process(_ samples: [Float]) -> EncoderReading {
    samples.withUnsafeBufferPointer { process($0) }
  }

  private mutating func demodulate() {
    let mean = sum / Float(group)
    sum = 0
    gathered = 0
    demodulator.take(mean)
  }

  private static func share(_ corner: Double, _ rate: Double) -> Double {
    LowPass(halfWidth: corner, poles: 1, rate: rate).alpha
  }
}
