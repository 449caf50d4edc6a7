// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace

/// A GPIO line whose edges are events, as it is configured.
package struct GPIOEventSettings: Sendable {
  package var id: String
  package var channel: String
  /// `GPIO17`, a line's name, or `LABEL:OFFSET`.
  package var line: String
  /// The chip's label, where `line` does not give it.
  package var chip: String?
  package var isActiveLow = false
  package var bias = GPIOInput.Bias.asIs
  package var edges = GPIOInput.Edges.rising
  package var events: EventSettings
  /// The unit of the rate that is shown, and what turns events a second into it.
  package var unit = "Hz"
  package var readingScale = 1.0

  /// What checked values say; throws what two of them together are wrong about.
  package init(_ values: AdapterValues) throws(AdapterProblem) {
    let frequency = values.number("frequency")
    let width = values.optionalNumber("width")
    if let width, width > 2 * frequency {
      throw AdapterProblem("width", "is \(width); expected at most twice the frequency")
    }
    events = EventSettings(
      frequency: frequency, width: width, debounce: values.nanoseconds("debounce"))
    id = values.id
    let derived = "events-\(Int((frequency * 1000).rounded()))mHz"
    channel = values.optionalText("channel") ?? derived
    (line, chip) = (values.text("line"), values.optionalText("chip"))
    isActiveLow = values.flag("active-low")
    bias = Self.bias(values.text("bias"))
    edges = Self.edges(values.text("edge"))
    unit = values.text("unit")
    readingScale = try Self.scale(values, edges: edges)
  }

  /// Requests the line.
  func open() throws(GPIOError) -> GPIOInput {
    try GPIOInput(line, chip: chip, isActiveLow: isActiveLow, bias: bias, edges: edges)
  }

  private static func bias(_ word: String) -> GPIOInput.Bias {
    switch word {
    case "pull-up": .pullUp
    case "pull-down": .pullDown
    case "none": .disabled
    default: .asIs
    }
  }

  private static func edges(_ word: String) -> GPIOInput.Edges {
    switch word {
    case "rising": .rising
    case "falling": .falling
    default: .both
    }
  }

  /// What turns events a second into the configured unit.
  private static func scale(
    _ values: AdapterValues, edges: GPIOInput.Edges
  ) throws(AdapterProblem) -> Double {
    // Both edges of each pulse are events.
    let pulses = edges == .both ? 0.5 : 1.0
    switch values.text("unit") {
    case "rpm": return 60 * pulses / values.number("pulses-per-turn")
    case "l/min":
      guard let perLitre = values.optionalNumber("pulses-per-litre") else {
        throw AdapterProblem(
          "pulses-per-litre", "is missing; expected pulses of the flow meter for one litre")
      }
      return 60 * pulses / perLitre
    default: return pulses
    }
  }
}
