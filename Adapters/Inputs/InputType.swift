// SPDX-License-Identifier: Apache-2.0
package import Devices

/// A kind of input: what a configuration may say of it, and how one is made.
package struct InputType: Sendable {
  /// What makes an input of checked values.
  ///
  /// Opens nothing; throws what two values together are wrong about.
  package typealias Make = @Sendable (AdapterValues) throws(AdapterProblem) -> any Input

  /// The `type` of the configuration.
  package let name: String
  /// What it is, for listings.
  package let summary: String
  /// Its keys beside those every input has.
  package let keys: [AdapterKey]
  package let make: Make

  package init(_ name: String, _ summary: String, keys: [AdapterKey], make: @escaping Make) {
    (self.name, self.summary, self.keys, self.make) = (name, summary, keys, make)
  }

  /// The keys of every input.
  package static let commonKeys: [AdapterKey] = [
    .required("id", .name, "what the node calls it"),
    .optional("channel", .name, "what nodes compare it by; several measures append their names"),
    .optional("decision-tau", .duration(0.05...3600), "least decision time of its channels"),
    .optional(
      "align", .choice(["free", "absolute"]), default: "free",
      "free: constant phase differences count; absolute: equal phases"),
    .optional(
      "share", .choice(["none", "phase", "summary"]), default: "phase",
      "what leaves this node: nothing, phases, or phases and summaries"),
  ]

  /// Every key an entry of this type may have, beside `type`.
  package var allKeys: [AdapterKey] { InputType.commonKeys + keys }

  /// An input of this type, from texts as a configuration gives them.
  package func input(_ given: [(String, GivenValue)]) throws(AdapterProblem) -> any Input {
    try make(try AdapterValues(keys: allKeys, given: given))
  }
}
