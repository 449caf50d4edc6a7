// SPDX-License-Identifier: Apache-2.0
internal import Devices

extension InputType {
  /// An input type for a chip on an I²C bus, with the keys they all have.
  ///
  /// - Parameters:
  ///   - name: The `type` of the configuration.
  ///   - summary: What it is, for listings.
  ///   - addresses: Where it can be; the first is where it is unless configured.
  ///   - measures: What it measures; several may be chosen from.
  ///   - chosen: Those that are measured unless configured; nil for all.
  ///   - every: How often, unless configured.
  ///   - keys: Its own keys.
  ///   - chip: Makes the chip from checked values.
  /// - Returns: The type, to be listed with the others.
  static func i2c(
    _ name: String, _ summary: String, addresses: [Int], measures: [String],
    chosen: [String]? = nil, every: String = "1s", keys: [AdapterKey] = [],
    chip: @escaping @Sendable (AdapterValues) throws(AdapterProblem) -> any I2CChip
  ) -> InputType {
    let places: [AdapterKey] = [
      .optional("bus", .integer(0...255), default: "1", "N of /dev/i2c-N; 1 is a Pi's header"),
      .optional(
        "address", .integer(0x08...0x77), default: ChipProblem.hexadecimal(addresses[0]),
        "7-bit address: \(NearWord.joined(addresses.map { ChipProblem.hexadecimal($0) }))"),
    ]
    var common = SlowInput.keys(every: every, quantities: measures)
    if let chosen, let index = common.firstIndex(where: { $0.name == "measure" }) {
      common[index] = .optional(
        "measure", .choices(measures), default: NearWord.joined(chosen), "what to measure")
    }
    return InputType(name, summary, keys: places + keys + common) {
      values throws(AdapterProblem) in
      let sensor = I2CSensor(
        try chip(values), on: .i2c(values.integer("bus")), address: values.integer("address"))
      return try SlowInput(values, sensor)
    }
  }
}
