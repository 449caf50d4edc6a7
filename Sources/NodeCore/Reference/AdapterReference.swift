// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
package import MMP
internal import Outputs

/// The reference of all inputs and outputs, from what their types declare.
package struct AdapterReference {
  private struct Entry {
    let name: String
    let summary: String
    let keys: [AdapterKey]
  }

  private let inputs: [Entry]
  private let outputs: [Entry]

  /// Of the type called `name`, or of all; nil where no type is called so.
  package init?(_ name: String? = nil) {
    inputs = InputType.all.filter { name == nil || $0.name == name }
      .map { Entry(name: $0.name, summary: $0.summary, keys: $0.keys) }
    outputs = OutputType.all.filter { name == nil || $0.name == name }
      .map { Entry(name: $0.name, summary: $0.summary, keys: $0.keys) }
    if inputs.isEmpty, outputs.isEmpty { return nil }
  }

  /// Every type's name, inputs first.
  package static var names: [String] {
    InputType.all.map { $0.name } + OutputType.all.map { $0.name }
  }

  /// The reference as text, a section a type.
  package var text: String {
    Self.part("input", "inputs", InputType.commonKeys, inputs)
      + Self.part("output", "outputs", OutputType.commonKeys, outputs)
  }

  private static func part(
    _ one: String, _ many: String, _ common: [AdapterKey], _ entries: [Entry]
  ) -> String {
    guard !entries.isEmpty else { return "" }
    var text = "every \(one) (an entry of `\(many)`)\n" + lines(common)
    for entry in entries {
      text += "\n\(one) type \(entry.name): \(entry.summary)\n" + lines(entry.keys)
    }
    return text + "\n"
  }

  private static func lines(_ keys: [AdapterKey]) -> String {
    var text = ""
    for key in keys {
      var rule = key.kind.expectation
      if key.isRequired { rule += "; required" }
      if let standard = key.standard { rule += "; default \(standard)" }
      text += "  \(key.name): \(key.meaning)\n      \(rule)\n"
    }
    return text
  }

  /// The reference as JSON: `inputs` and `outputs`, each a list of types with their keys.
  package func write(_ object: inout JSONWriter) {
    Self.write("inputs", InputType.commonKeys, inputs, &object)
    Self.write("outputs", OutputType.commonKeys, outputs, &object)
  }

  private static func write(
    _ name: String, _ common: [AdapterKey], _ entries: [Entry], _ object: inout JSONWriter
  ) {
    object.array(name) { list in
      for entry in entries {
        list.object { object in
          object.field("type", entry.name)
          object.field("summary", entry.summary)
          object.array("keys") { list in
            for key in common + entry.keys { list.object { Self.write(key, &$0) } }
          }
        }
      }
    }
  }

  private static func write(_ key: AdapterKey, _ object: inout JSONWriter) {
    object.field("key", key.name)
    object.field("meaning", key.meaning)
    object.field("expected", key.kind.expectation)
    object.field("required", key.isRequired)
    if let standard = key.standard { object.field("default", standard) }
  }
}
