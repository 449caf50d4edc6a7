// SPDX-License-Identifier: Apache-2.0
package import Devices

extension SlowInput {
  /// The keys of every slow input, to be appended to a type's own.
  package static let keys: [AdapterKey] = keys()

  /// The same with a type's own pace, and the names of what it measures where all its devices
  /// measure the same.
  package static func keys(every: String = "1s", quantities: [String] = []) -> [AdapterKey] {
    let names: AdapterKey.Kind = quantities.isEmpty ? .texts(count: 1...8) : .choices(quantities)
    return [
      .optional("every", .duration(0.001...3600), default: every, "time between measurements"),
      .optional("measure", names, "what to measure of what the device can; all of it unless told"),
      .optional(
        "noise-floor", .numbers(1e-9...1e9, unit: "", count: 1...8),
        "what each quantity may seem to change by while constant, in the device's unit"),
      .optional(
        "band", .numbers(0.001...450, unit: "Hz", count: 2...2),
        "[from, to]: the phase of this rhythm of the values, in place of their trend"),
      .optional("tau", .duration(0.003...3600), "time constant of the derivative"),
      .optional(
        "mean-tau", .duration(0.01...86400), "time constant of the mean; 12 times tau unless told"),
      .optional(
        "offset", .numbers(-1e9...1e9, unit: "", count: 1...8),
        "added to each quantity, in the device's unit"),
      .optional("unit", .texts(count: 1...8), "of readings: °C, °F or K; hPa, kPa or Pa"),
      .optional(
        "timeout", .duration(0.01...60), default: "2s", "time the device has to answer"),
    ]
  }
}
