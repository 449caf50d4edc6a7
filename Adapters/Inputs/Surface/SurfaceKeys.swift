// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// Keys that inputs through the surface have in common.
enum SurfaceKeys {
  /// What the number is.
  static let quantity: [AdapterKey] = [
    .optional("quantity", .name, default: "value", "what the number is: temperature"),
    .optional("quantity-unit", .text, "the unit it comes in: °C, hPa"),
    .optional(
      "range", .numbers(-1e12...1e12, unit: "", count: 2...2), default: "-1e9, 1e9",
      "lowest and highest number to believe"),
  ]

  static let encode: AdapterKey = .optional(
    "encode", .choice(["value", "phase"]), default: "value",
    "value: a number, or {\"value\": number}, as its trend; phase: "
      + "{\"phase\": {\"real\", \"imag\"}, \"coherence\"}")

  static let pointer: AdapterKey = .optional(
    "pointer", .text, "where in a JSON document the number is (RFC 6901): /main/temp")

  static let keyFile: AdapterKey = .optional(
    "key-file", .text, "a file (mode 0600) whose line is sent as Authorization: Bearer")

  static func quantity(_ values: AdapterValues) throws(AdapterProblem) -> Quantity {
    let range = values.numbers("range")
    guard range[0] < range[1] else {
      throw AdapterProblem("range", "is \(range[0]), \(range[1]); expected the lowest first")
    }
    return Quantity(
      values.text("quantity"), unit: values.optionalText("quantity-unit") ?? "",
      range: range[0]...range[1], noiseFloor: 0.1)
  }
}
