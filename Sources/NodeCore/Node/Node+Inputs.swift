// SPDX-License-Identifier: Apache-2.0
internal import Inputs
internal import MMP

extension Node {
  /// Corrects all inputs as the calibration file says; what cannot be read is told and changes nothing.
  func loadCalibrations() -> String? {
    do throws(Calibrations.Failure) {
      try Calibrations.load(paths.calibrations).apply(to: inputs.map { $0.input })
      return nil
    } catch { return "\(error)" }
  }

  /// Takes the calibration file again, after the command line changed it.
  func calibrate(_ reply: inout JSONWriter) -> String? {
    if let complaint = loadCalibrations() { return complaint }
    reply.object("result") { $0.field("calibrated", true) }
    return nil
  }
}
