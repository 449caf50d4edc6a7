// SPDX-License-Identifier: Apache-2.0

/// The phase of one band of a slow series: brightness, motion energy, any number now and then.
///
/// As `AnalyticEncoder`, but each value is demodulated at its own time and weighed by the time it
/// stands for, so that frames may be late or missing. A centre above half the rate is found where
/// it shows (`SampledSettings.alias`), and its own phase is told. A gap of more than two seconds
/// and ten intervals starts it anew. No call allocates.
package struct SampledEncoder: Sendable {
  package let settings: SampledSettings
  private var offset = 0.0
  private var low: LowPass
  private var wide: LowPass
  private var bandPower = 0.0
  private var widePower = 0.0
  private var last: Int64?
  private var interval: Double
  private let bandTau: Double
  private let wideTau: Double
  private let powerTau: Double
  private let offsetTau: Double
  private let correction: Phasor

  package init(_ settings: SampledSettings) {
    precondition(
      settings.width > 0 && settings.frequency > 0
        && settings.shown.magnitude <= SampledSettings.highestShare * settings.rate,
      "a band of positive width, well below half the rate")
    self.settings = settings
    interval = 1 / settings.rate
    let neighbourhood = Concentration.neighbourhood * settings.width
    low = LowPass(halfWidth: settings.width / 2, poles: settings.poles, rate: settings.rate)
    wide = LowPass(halfWidth: neighbourhood / 2, poles: 4, rate: settings.rate)
    bandTau = Self.tau(halfWidth: settings.width / 2, poles: settings.poles)
    wideTau = Self.tau(halfWidth: neighbourhood / 2, poles: 4)
    powerTau = 4 / settings.width
    let slowest = settings.shown.magnitude / 20
    let blocker = LowPass(halfWidth: slowest, poles: 1, rate: settings.rate)
    offsetTau = Self.tau(halfWidth: slowest, poles: 1)
    let lag = blocker.response(frequency: settings.shown, rate: settings.rate)
    correction = (Phasor(re: 1, im: 0) - lag).conjugate.unit ?? Phasor(re: 1, im: 0)
  }

  /// The two-sided noise-equivalent bandwidth B in hertz.
  package var noiseBandwidth: Double { settings.noiseBandwidth }

  /// The band's amplitude, in the series' unit.
  package var amplitude: Double { low.value.magnitude }

  /// Takes the value of `time`, monotonic nanoseconds.
  ///
  /// - Returns: False for a value that is refused: not finite, or not later than the last.
  @discardableResult
  package mutating func take(_ value: Double, at time: Int64) -> Bool {
    guard value.isFinite else { return false }
    guard let last else {
      (self.last, offset) = (time, value)
      return true
    }
    guard time > last else { return false }
    let dt = Double(time - last) * 1e-9
    guard dt <= max(2, 10 * interval) else {
      self = SampledEncoder(settings)
      return take(value, at: time)
    }
    self.last = time
    interval += (dt - interval) / 16
    add(value, dt, at: time)
    return true
  }

  /// The reading at the time of the last value.
  package var reading: EncoderReading {
    guard let last, let unit = low.value.unit else {
      return EncoderReading(phasor: .zero, quality: 0, frequency: settings.frequency)
    }
    let carrier = CarrierPhase.phasor(nanoseconds: last, frequency: settings.frequency)
    return EncoderReading(
      phasor: unit * carrier * correction, quality: quality, frequency: settings.frequency)
  }

  /// The measurement it makes; nil before the first value.
  package var sample: PhaseSample? { last.map { reading.sample(at: $0) } }

  private mutating func add(_ value: Double, _ dt: Double, at time: Int64) {
    offset += Integrator.alpha(dt: dt, tau: offsetTau) * (value - offset)
    let carrier = CarrierPhase.phasor(nanoseconds: time, frequency: settings.frequency)
    let mixed = carrier.conjugate * (2 * (value - offset))
    low.add(mixed, alpha: Integrator.alpha(dt: dt, tau: bandTau))
    wide.add(mixed, alpha: Integrator.alpha(dt: dt, tau: wideTau))
    let share = Integrator.alpha(dt: dt, tau: powerTau)
    bandPower += share * (low.value.squaredMagnitude - bandPower)
    widePower += share * (wide.value.squaredMagnitude - widePower)
  }

  /// How far the power near the centre is one line (see `Concentration`), 0 below the floor.
  private var quality: Double {
    let current = low.value.squaredMagnitude
    let floor = settings.floor * settings.floor
    guard bandPower > 0, widePower > 0, current > floor else { return 0 }
    let presence = min(1, 16 * current / bandPower) * (1 - floor / current)
    let value = min(1, bandPower / widePower) * presence
    return value.isFinite ? value : 0
  }

  /// The time constant of each of `poles` equal poles whose −3 dB frequency is `halfWidth`.
  private static func tau(halfWidth: Double, poles: Int) -> Double {
    LowPass.narrowing(poles) / (2 * Double.pi * halfWidth)
  }
}
