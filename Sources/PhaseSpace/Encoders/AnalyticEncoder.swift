// SPDX-License-Identifier: Apache-2.0

/// Band-limited quadrature demodulation: the phase of one line in a signal.
///
/// Each sample is multiplied by e^{−iφ} of an oscillator at the centre (Float32), summed over a few
/// samples, and low-passed in Double. What remains is A·e^{iθ}, the line's amplitude and its phase
/// against the oscillator; the phasor it yields is e^{i(φ+θ)} at the last sample. At the centre the
/// low-pass has no phase; off the centre by δ it lags by δ times its delay, which is constant.
/// No call allocates.
package struct AnalyticEncoder: Sendable {
  package let settings: AnalyticSettings
  private var oscillation: Oscillation
  private var low: LowPass
  private var concentration: Concentration
  private var tracker: LineTracker
  /// Samples summed into one value of the low-pass.
  private let group: Int
  private var gathered = 0
  private var sumRe: Float = 0
  private var sumIm: Float = 0
  private let offsetShare: Float
  private var offset: Float = 0
  private let correction: Phasor

  /// An encoder at rest; the settings are a caller's own, checked where they are read.
  package init(_ settings: AnalyticSettings) {
    precondition(
      settings.width > 0 && settings.frequency > 0 && settings.frequency < settings.rate / 2,
      "a band of positive width below half the rate")
    self.settings = settings
    let neighbourhood = Concentration.neighbourhood * settings.width
    group = Int(min(64, max(1, settings.rate / (64 * neighbourhood))))
    let rate = settings.rate / Double(group)
    oscillation = Oscillation(frequency: settings.frequency, rate: settings.rate)
    low = LowPass(halfWidth: settings.width / 2, poles: settings.poles, rate: rate)
    concentration = Concentration(
      width: settings.width, rate: rate, sampleRate: settings.rate)
    tracker = LineTracker(
      frequency: settings.frequency, width: settings.width, rate: rate)
    let blocker = LowPass(
      halfWidth: settings.frequency / 20, poles: 1, rate: settings.rate)
    offsetShare = settings.removesOffset ? Float(blocker.alpha) : 0
    correction = settings.removesOffset ? Self.undoing(blocker, settings) : Phasor(re: 1, im: 0)
  }

  /// The two-sided noise-equivalent bandwidth B in hertz.
  package var noiseBandwidth: Double { settings.noiseBandwidth }

  /// The band's amplitude and its phase against the oscillator.
  package var baseband: Phasor { low.value }

  /// The reading at the last sample taken.
  package var reading: EncoderReading {
    let frequency = settings.tracks ? tracker.frequency : settings.frequency
    guard let unit = low.value.unit else {
      return EncoderReading(phasor: .zero, quality: 0, frequency: frequency)
    }
    return EncoderReading(
      phasor: unit * oscillation.last * correction, quality: concentration.quality,
      frequency: frequency)
  }

  /// Takes a block of samples in −1…1; samples that are not finite count as 0.
  package mutating func process(_ samples: UnsafeBufferPointer<Float>) -> EncoderReading {
    var from = 0
    while from < samples.count {
      let to = min(samples.count, from + Oscillation.longestRun)
      demodulate(samples, from, to)
      from = to
    }
    return reading
  }

  /// Takes a block of samples held in an array.
  package mutating func process(_ samples: [Float]) -> EncoderReading {
    samples.withUnsafeBufferPointer { process($0) }
  }

  /// Takes one sample: for signals that arrive slowly.
  package mutating func take(_ sample: Float) {
    withUnsafePointer(to: sample) { pointer in
      demodulate(UnsafeBufferPointer(start: pointer, count: 1), 0, 1)
    }
  }

  private mutating func demodulate(_ samples: UnsafeBufferPointer<Float>, _ from: Int, _ to: Int) {
    var (re, im) = oscillation.start
    let stepRe = oscillation.stepRe
    let stepIm = oscillation.stepIm
    for index in from..<to {
      let raw = samples[index]
      let input = raw.isFinite ? raw : 0
      offset += offsetShare * (input - offset)
      let value = input - offset
      sumRe += value * re
      sumIm -= value * im
      (re, im) = (re * stepRe - im * stepIm, re * stepIm + im * stepRe)
      gathered += 1
      if gathered == group { filter() }
    }
    oscillation.advance(to - from)
    if settings.tracks { oscillation.tune(frequency: tracker.frequency, rate: settings.rate) }
  }

  /// One value of the low-pass: the mean of a group, doubled since half the line is at −2f.
  private mutating func filter() {
    let scale = 2 / Double(group)
    let mixed = Phasor(re: Double(sumRe) * scale, im: Double(sumIm) * scale)
    sumRe = 0
    sumIm = 0
    gathered = 0
    low.add(mixed)
    concentration.add(mixed: mixed, band: low.value)
    if settings.tracks { tracker.add(low.value, quality: concentration.quality) }
  }

  /// The rotation that undoes the phase of 1 − H, the offset removal, at the centre.
  private static func undoing(_ blocker: LowPass, _ settings: AnalyticSettings) -> Phasor {
    let low = blocker.response(frequency: settings.frequency, rate: settings.rate)
    return (Phasor(re: 1, im: 0) - low).conjugate.unit ?? Phasor(re: 1, im: 0)
  }
}
