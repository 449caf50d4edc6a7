// SPDX-License-Identifier: Apache-2.0

/// Any encoder of sampled signals, as an input holds it.
package enum SignalEncoder: Sendable {
  case analytic(AnalyticEncoder)
  case envelope(EnvelopeEncoder)
  case seedAmplitude(SeedAmplitudeEncoder)

  /// The two-sided noise-equivalent bandwidth B in hertz.
  package var noiseBandwidth: Double {
    switch self {
    case .analytic(let encoder): encoder.noiseBandwidth
    case .envelope(let encoder): encoder.noiseBandwidth
    case .seedAmplitude(let encoder): encoder.noiseBandwidth
    }
  }

  /// The reading at the last sample taken.
  package var reading: EncoderReading {
    switch self {
    case .analytic(let encoder): encoder.reading
    case .envelope(let encoder): encoder.reading
    case .seedAmplitude(let encoder): encoder.reading
    }
  }

  /// Takes a block of samples in −1…1; no call allocates.
  package mutating func process(_ samples: UnsafeBufferPointer<Float>) -> EncoderReading {
    switch self {
    case .analytic(var encoder):
      let reading = encoder.process(samples)
      self = .analytic(encoder)
      return reading
    case .envelope(var encoder):
      let reading = encoder.process(samples)
      self = .envelope(encoder)
      return reading
    case .seedAmplitude(var encoder):
      let reading = encoder.process(samples)
      self = .seedAmplitude(encoder)
      return reading
    }
  }
}
