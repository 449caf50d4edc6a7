// SPDX-License-Identifier: Apache-2.0

/// A slow quantity as a phase: where it is against its mean, and which way it goes.
///
/// z = (v−μ)/s + i·τ_d·v̇/s, with μ and v̇ exponential means over τ_m and τ_d of values that may come
/// at any times. A quantity that swings turns z clockwise once a swing. The quality is |z|, at most
/// 1, times the share of z's own mean over τ_d that stands out of the noise floor: mere noise
/// points back and forth and has none. At the ends of the range, and when no values come, it is 0.
/// No call allocates.
package struct TrendEncoder: Sendable {
  /// Below this magnitude z has no angle.
  package static let leastMagnitude = 1e-3

  package let settings: TrendSettings
  /// The two-sided noise-equivalent bandwidth B in hertz.
  package let noiseBandwidth: Double
  /// z after the last value.
  package private(set) var plane = Phasor.zero
  private var mean = 0.0
  private var slope = 0.0
  private var previous = 0.0
  private var steady = Phasor.zero
  private var last: Int64?
  private var isSaturated = false

  package init(_ settings: TrendSettings) {
    precondition(
      settings.scale > 0 && settings.meanTau > 0 && settings.derivativeTau > 0,
      "a scale and time constants above 0")
    self.settings = settings
    noiseBandwidth = settings.noiseBandwidth
  }

  /// Takes the value that held at `time`, monotonic nanoseconds.
  ///
  /// - Returns: False for a value that is refused: not finite, or not later than the last.
  @discardableResult
  package mutating func take(_ value: Double, at time: Int64) -> Bool {
    guard value.isFinite else { return false }
    if let last {
      guard time > last else { return false }
      if time - last > settings.staleAfter {
        restart(value)
      } else {
        add(value, after: time - last)
      }
    } else {
      restart(value)
    }
    previous = value
    last = time
    if let range = settings.range {
      let ends = settings.noiseFloor
      isSaturated = value <= range.lowerBound + ends || value >= range.upperBound - ends
    }
    return true
  }

  /// What is known at `now`: the phase plane turns with values only, so the carrier is 0 Hz.
  package func reading(at now: Int64) -> EncoderReading {
    let phasor = plane.magnitude > Self.leastMagnitude ? plane.unit ?? .zero : .zero
    return EncoderReading(phasor: phasor, quality: quality(at: now), frequency: 0)
  }

  private func quality(at now: Int64) -> Double {
    guard let last, now - last <= settings.staleAfter, !isSaturated else { return 0 }
    return min(1, plane.magnitude) * presence
  }

  /// 0 where the steady part of z is within the noise floor, 1 where it reaches the scale.
  private var presence: Double {
    guard settings.noiseFloor > 0 else { return 1 }
    let floors = settings.scale / settings.noiseFloor
    guard floors > 1 else { return steady.magnitude * floors > 1 ? 1 : 0 }
    return min(1, max(0, (steady.magnitude * floors - 1) / (floors - 1)))
  }

  private mutating func add(_ value: Double, after nanoseconds: Int64) {
    let dt = Double(nanoseconds) * 1e-9
    let share = Integrator.alpha(dt: dt, tau: settings.derivativeTau)
    slope += share * ((value - previous) / dt - slope)
    mean += Integrator.alpha(dt: dt, tau: settings.meanTau) * (value - mean)
    plane = Phasor(
      re: (value - mean) / settings.scale, im: settings.derivativeTau * slope / settings.scale)
    steady = steady + (plane - steady) * share
  }

  private mutating func restart(_ value: Double) {
    (mean, slope, plane, steady) = (value, 0, .zero, .zero)
  }
}
