// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// One measured quantity of a slow device: its encoder, its calibration, its newest value.
struct SlowSeries {
  /// A measurement that holds is told again after so many nanoseconds, as if it were new.
  private static let hold: Int64 = 200_000_000

  let quantity: Quantity
  /// Its place among the device's values.
  let index: Int
  let conversion: UnitConversion
  /// The configured offset, in the device's unit, on top of any calibration.
  let offset: Double
  private(set) var encoder: SlowEncoder
  private(set) var newest: (raw: Double, time: Int64)?
  private let trend: TrendSettings
  /// Where the values are read as a rhythm instead of a trend.
  private let band: SampledSettings?

  var calibration = Calibration.none {
    didSet { renew() }
  }

  init(
    _ quantity: Quantity, index: Int, trend: TrendSettings, band: SampledSettings?,
    conversion: UnitConversion, offset: Double
  ) {
    (self.quantity, self.index, self.trend, self.band) = (quantity, index, trend, band)
    (self.conversion, self.offset) = (conversion, offset)
    encoder = .trend(TrendEncoder(trend))
    renew()
  }

  /// Why a value of the device cannot be believed; nil where it can.
  func complaint(_ raw: Double) -> String? {
    guard raw.isFinite else { return "\(quantity.name) is no number" }
    guard !quantity.range.contains(raw) else { return nil }
    return "\(quantity.name) is \(raw) \(quantity.unit); "
      + "expected \(quantity.range.lowerBound) to \(quantity.range.upperBound)"
  }

  mutating func take(_ raw: Double, at time: Int64) {
    encoder.take(calibrated(raw), at: time)
    newest = (raw, time)
  }

  /// What holds at `now`: the newest measurement, its time moved on in steps while it is not stale.
  func sample(at now: Int64) -> PhaseSample? {
    guard let newest else { return nil }
    let age = max(0, now - newest.time)
    // The last one told is stale already, so that it says so.
    let held = min(age / Self.hold * Self.hold, trend.staleAfter + Self.hold)
    let time = newest.time + held
    return encoder.reading(at: time).sample(at: time)
  }

  /// The newest value for people; nil before the first and when it is stale.
  func reading(at now: Int64) -> Reading? {
    guard let newest, now - newest.time <= trend.staleAfter else { return nil }
    return Reading(quantity.name, conversion.shown(calibrated(newest.raw)), conversion.unit)
  }

  private func calibrated(_ raw: Double) -> Double { calibration.applied(to: raw) + offset }

  /// The calibration that shows `next` of what is shown now.
  ///
  /// What is shown is in its own unit and has the configured offset; a calibration is neither.
  func corrected(_ next: Calibration) throws(Calibration.Problem) -> Calibration {
    let image = { (raw: Double) -> Double in
      conversion.own(next.applied(to: conversion.shown(calibrated(raw)))) - offset
    }
    return try Calibration(scale: image(1) - image(0), offset: image(0))
  }

  /// A fresh encoder, whose range is what calibrated values can be.
  private mutating func renew() {
    let range = calibrated(quantity.range.lowerBound)...calibrated(quantity.range.upperBound)
    if let band {
      encoder = .band(SlowBand(band, range: range, staleAfter: trend.staleAfter))
    } else {
      var settings = trend
      settings.range = range
      encoder = .trend(TrendEncoder(settings))
    }
  }
}
