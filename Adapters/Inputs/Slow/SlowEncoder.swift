// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// What the values of a slow quantity are read as.
enum SlowEncoder {
  case trend(TrendEncoder)
  case band(SlowBand)

  /// B: the two-sided noise-equivalent bandwidth, hertz.
  var noiseBandwidth: Double {
    switch self {
    case .trend(let encoder): encoder.noiseBandwidth
    case .band(let encoder): encoder.noiseBandwidth
    }
  }

  /// The carrier, hertz; 0 for a trend.
  var frequency: Double {
    switch self {
    case .trend: 0
    case .band(let encoder): encoder.frequency
    }
  }

  /// What calibrated values can be; those at its ends are clipped.
  var range: ClosedRange<Double>? {
    switch self {
    case .trend(let encoder): encoder.settings.range
    case .band(let encoder): encoder.range
    }
  }

  mutating func take(_ value: Double, at time: Int64) {
    switch self {
    case .trend(var encoder):
      encoder.take(value, at: time)
      self = .trend(encoder)
    case .band(var encoder):
      encoder.take(value, at: time)
      self = .band(encoder)
    }
  }

  /// What is known at `now`.
  func reading(at now: Int64) -> EncoderReading {
    switch self {
    case .trend(let encoder): encoder.reading(at: now)
    case .band(let encoder): encoder.reading(at: now)
    }
  }
}
