// SPDX-License-Identifier: Apache-2.0
@testable import Devices
@testable import Inputs

/// A slow device that does what a test says at each measurement.
final class ScriptedDevice: SlowDevice {
  let device = "scripted"
  let quantities: [Quantity]
  let pushes: Bool
  var onOutcome: ((SlowOutcome) -> Void)?
  private(set) var measurements = 0
  private(set) var closings = 0
  /// What the n-th measurement (from 0) comes to; nil: the device never answers.
  var script: (Int) -> SlowOutcome? = { _ in .values(SIMD8(21.5, 1013.25, 40, 0, 0, 0, 0, 0)) }

  init(
    _ quantities: [Quantity] = [
      .temperature(-40...85), .pressure(300...1100), .humidity(),
    ], pushes: Bool = false
  ) {
    (self.quantities, self.pushes) = (quantities, pushes)
  }

  func measure(on services: AdapterServices) {
    let outcome = script(measurements)
    measurements += 1
    if let outcome { onOutcome?(outcome) }
  }

  func close() { closings += 1 }

  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String { "scripted" }
}

extension SlowInput {
  /// An input with `given` beside an id, as a configuration would make it.
  static func made(
    _ device: any SlowDevice, _ given: [(String, GivenValue)] = []
  ) throws(AdapterProblem) -> SlowInput {
    let values = try AdapterValues(
      keys: InputType.commonKeys + keys, given: [("id", .one("air"))] + given)
    return try SlowInput(values, device)
  }
}
