// SPDX-License-Identifier: Apache-2.0
package import Devices

/// A kind of output: what a configuration may say of it, and how one is made.
package struct OutputType: Sendable {
  /// What makes an output of checked values.
  ///
  /// Opens nothing; throws what two values together are wrong about.
  package typealias Make = @Sendable (AdapterValues) throws(AdapterProblem) -> any Output

  /// The `type` of the configuration.
  package let name: String
  /// What it is, for listings.
  package let summary: String
  /// Its keys beside those every output has.
  package let keys: [AdapterKey]
  package let make: Make

  package init(_ name: String, _ summary: String, keys: [AdapterKey], make: @escaping Make) {
    (self.name, self.summary, self.keys, self.make) = (name, summary, keys, make)
  }

  /// The keys of every output.
  package static let commonKeys: [AdapterKey] = [
    .required("id", .name, "what the node calls it"),
    .optional("channel", .name, "the channel it acts on; the node's first where none is named"),
  ]

  /// Every key an entry of this type may have, beside `type`.
  package var allKeys: [AdapterKey] { OutputType.commonKeys + keys }

  /// An output of this type, from texts as a configuration gives them.
  package func output(_ given: [(String, GivenValue)]) throws(AdapterProblem) -> any Output {
    try make(try AdapterValues(keys: allKeys, given: given))
  }
}
