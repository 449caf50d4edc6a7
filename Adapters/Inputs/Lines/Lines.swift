// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// The input type `lines`: numbers from standard input, a FIFO, a serial device or a file.
package enum Lines {
  package static var type: InputType {
    InputType(
      "lines", "numbers, one a line, from stdin, a FIFO, a serial device or a file",
      keys: [
        .required("device", .text, "stdin, or a path: /dev/serial/by-id/… stays the same"),
        .optional(
          "baud", .integer(1200...1_000_000), default: "115200", "of a serial device"),
        .optional(
          "names", .texts(count: 1...8),
          "of the quantities, where lines say `NAME NUMBER`; bare numbers without"),
        .optional(
          "range", .numbers(-1e12...1e12, unit: "", count: 2...16),
          "[from, to] of what is plausible, for each quantity in turn"),
      ] + SlowInput.keys
    ) { values throws(AdapterProblem) in try input(values) }
  }

  private static func input(_ values: AdapterValues) throws(AdapterProblem) -> SlowInput {
    let quantities = try quantities(values)
    let source = LineSource(
      values.text("device"), baud: try baud(values), pace: values.nanoseconds("every"))
    return try SlowInput(
      values,
      LinesDevice(
        id: values.id, quantities: quantities, isNamed: values.isGiven("names"), source: source))
  }

  private static func quantities(_ values: AdapterValues) throws(AdapterProblem) -> [Quantity] {
    let given = values.texts("names")
    let names = given.isEmpty ? ["value"] : given
    let ranges = values.numbers("range")
    guard ranges.isEmpty || ranges.count == 2 * names.count else {
      throw AdapterProblem(
        "range", "has \(ranges.count) numbers; expected \(2 * names.count), two for each name")
    }
    guard values.isGiven("noise-floor") else {
      throw AdapterProblem(
        "noise-floor", "is missing; expected what a constant quantity may seem to change by")
    }
    let units = values.texts("unit")
    guard units.isEmpty || units.count == names.count else {
      throw AdapterProblem("unit", "has \(units.count) texts; expected one for each name")
    }
    var quantities: [Quantity] = []
    for (index, name) in names.enumerated() {
      let (low, high) = ranges.isEmpty ? (-1e12, 1e12) : (ranges[2 * index], ranges[2 * index + 1])
      guard low < high else {
        throw AdapterProblem("range", "is [\(low), \(high)] for \(name); expected from below to")
      }
      quantities.append(
        Quantity(
          name, unit: units.isEmpty ? "" : units[index], range: low...high, noiseFloor: 1))
    }
    return quantities
  }

  private static func baud(_ values: AdapterValues) throws(AdapterProblem) -> Int {
    let baud = values.integer("baud")
    let rates = [
      1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 500_000, 921_600,
      1_000_000,
    ]
    guard rates.contains(baud) else {
      throw AdapterProblem(
        "baud", "is \(baud); expected one of \(NearWord.joined(rates.map { "\($0)" }))")
    }
    return baud
  }
}
