// SPDX-License-Identifier: Apache-2.0

/// A sine whose pitch and volume follow what is asked of it without a click.
///
/// The phase is Double and never jumps; pitch and volume move in straight lines over at least 10 ms.
/// Below 20 Hz it falls silent. No call allocates.
package struct ToneOscillator: Sendable {
  /// Samples per second.
  package let rate: Double
  private let rampSamples: Int
  private var turns = 0.0
  private var pitch: Ramp
  private var level = Ramp(value: 0)

  /// A value on its way to another in a straight line.
  private struct Ramp: Sendable {
    var value: Double
    var target: Double
    var step = 0.0
    var left = 0

    init(value: Double) {
      self.value = value
      target = value
    }

    mutating func aim(_ target: Double, over samples: Int) {
      guard target != self.target else { return }
      self.target = target
      left = samples
      step = (target - value) / Double(samples)
    }

    mutating func next() -> Double {
      guard left > 0 else { return value }
      left -= 1
      value = left == 0 ? target : value + step
      return value
    }
  }

  /// A silent oscillator at 440 Hz; ramps take `rampSeconds`, at least 0.01.
  package init(rate: Double, rampSeconds: Double = 0.02) {
    self.rate = rate
    rampSamples = max(1, Int((max(rampSeconds, 0.01) * rate).rounded(.up)))
    pitch = Ramp(value: 440)
  }

  /// The pitch now, in hertz.
  package var frequency: Double { pitch.value }

  /// The volume now, 0…1.
  package var volume: Double { level.value }

  /// Whether it is silent and stays so until told otherwise.
  package var isSilent: Bool { level.value == 0 && level.target == 0 }

  /// Heads for a tone; what is not finite means silence.
  ///
  /// From silence the pitch is taken at once.
  package mutating func follow(_ tone: OutputMapping.Tone) {
    guard tone.frequency.isFinite, tone.volume.isFinite, tone.frequency >= 20 else {
      fade()
      return
    }
    let frequency = min(tone.frequency, rate * 0.45)
    if isSilent { pitch = Ramp(value: frequency) }
    pitch.aim(frequency, over: rampSamples)
    level.aim(min(max(tone.volume, 0), 1), over: rampSamples)
  }

  /// Heads for silence.
  package mutating func fade() {
    level.aim(0, over: rampSamples)
  }

  /// Writes the next samples, within −1…1.
  package mutating func render(into samples: UnsafeMutableBufferPointer<Float>) {
    for index in samples.indices {
      let volume = level.next()
      samples[index] = Float(volume * Self.sine(turns))
      let next = turns + pitch.next() / rate
      turns = next >= 1 ? next - 1 : next
    }
  }

  /// sin 2πt for t in 0…1, to 6e-8: a series, since the C function costs a slow board ten times that.
  static func sine(_ turns: Double) -> Double {
    var t = turns - turns.rounded()
    if t > 0.25 { t = 0.5 - t } else if t < -0.25 { t = -0.5 - t }
    let x = 2 * Double.pi * t
    let y = x * x
    let tail = 1 - y / 72 * (1 - y / 110)
    return x * (1 - y / 6 * (1 - y / 20 * (1 - y / 42 * tail)))
  }
}
