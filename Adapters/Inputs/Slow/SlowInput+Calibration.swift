// SPDX-License-Identifier: Apache-2.0

extension SlowInput {
  /// The calibrations of this input; entries of other inputs are passed over.
  ///
  /// Setting them lets the encoders begin anew: a changed calibration is no trend.
  package var calibrations: [CalibrationEntry] {
    get {
      series.filter { $0.calibration != .none }.map {
        CalibrationEntry(id: id, quantity: $0.quantity.name, $0.calibration)
      }
    }
    set {
      for place in series.indices {
        let entry = newValue.last { $0.id == id && $0.quantity == series[place].quantity.name }
        let calibration = entry?.calibration ?? .none
        if series[place].calibration != calibration { series[place].calibration = calibration }
      }
    }
  }

  package var calibratable: [String] { series.map { $0.quantity.name } }

  package func calibrate(_ quantity: String, _ calibration: Calibration) -> Bool {
    guard let place = series.firstIndex(where: { $0.quantity.name == quantity }) else {
      return false
    }
    if series[place].calibration != calibration { series[place].calibration = calibration }
    return true
  }

  package func calibration(_ quantity: String, corrected next: Calibration)
    throws(Calibration.Problem) -> Calibration
  {
    guard let series = series.first(where: { $0.quantity.name == quantity }) else { return next }
    return try series.corrected(next)
  }

  /// One point of a calibration, both numbers in the device's unit.
  ///
  /// What the device says now, where `truth` holds, given in the unit of the readings; nil without
  /// such a quantity or a value of it. A configured `offset` is added after calibration, so it is
  /// taken off the truth here.
  package func point(
    _ quantity: String, truth: Double
  ) -> (read: Double, truth: Double)? {
    guard let series = series.first(where: { $0.quantity.name == quantity }),
      let newest = series.newest
    else { return nil }
    return (newest.raw, series.conversion.own(truth) - series.offset)
  }
}
