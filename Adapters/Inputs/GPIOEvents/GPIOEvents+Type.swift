// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

extension GPIOEvents {
  package static var type: InputType {
    InputType(
      "gpio", "pulses of a GPIO line (button, motion detector, tachometer, flow meter)",
      keys: [
        .required("line", .text, "GPIO17, a line's name, or LABEL:OFFSET"),
        .optional("chip", .text, "label of the chip, where the line's name is not enough"),
        .optional("active-low", .flag, default: "false", "whether a low level is active"),
        .optional(
          "bias", .choice(["as-is", "pull-up", "pull-down", "none"]), default: "as-is",
          "what pulls the line where nothing drives it"),
        .optional(
          "edge", .choice(["rising", "falling", "both"]), default: "rising", "which are events"),
        .optional(
          "debounce", .duration(0...10), default: "0s", "edges sooner after an event are none"),
        .optional(
          "frequency", .number(0.001...2000, unit: "Hz"), default: "1",
          "how often events come, roughly; the same on all nodes"),
        .optional(
          "width", .number(0.0001...2000, unit: "Hz"),
          "how far their rhythm may wander; an eighth of the frequency unless told"),
        .optional("unit", .choice(["Hz", "rpm", "l/min"]), default: "Hz", "of the rate shown"),
        .optional(
          "pulses-per-turn", .number(0.01...100_000, unit: ""), default: "1", "for rpm"),
        .optional("pulses-per-litre", .number(0.01...1_000_000, unit: ""), "for l/min"),
      ]
    ) { values throws(AdapterProblem) in GPIOEvents(try GPIOEventSettings(values)) }
  }
}
