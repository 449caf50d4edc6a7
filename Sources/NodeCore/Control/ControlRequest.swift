// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// One request over the control socket: a verb and its arguments, all texts.
package struct ControlRequest: Equatable, Sendable {
  static let maximumArguments = 16

  package struct Argument: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package let verb: String
  package let arguments: [Argument]

  package init(_ verb: String, _ arguments: [Argument] = []) {
    (self.verb, self.arguments) = (verb, arguments)
  }

  /// Reads `{"verb":…,"args":{…}}`; nil where there is no verb or an argument is no text.
  init?(reading object: JSONValue) {
    guard let verb = object.string("verb") else { return nil }
    var arguments: [Argument] = []
    var areTexts = true
    object.object("args")?.forEachMember { name, value in
      guard let text = value.string, arguments.count < Self.maximumArguments else {
        areTexts = false
        return
      }
      arguments.append(Argument(name, text))
    }
    guard areTexts else { return nil }
    self.init(verb, arguments)
  }

  package subscript(name: String) -> String? { arguments.first { $0.name == name }?.value }

  func write(_ object: inout JSONWriter) {
    object.field("id", 1)
    object.field("verb", verb)
    guard !arguments.isEmpty else { return }
    object.object("args") { object in
      for argument in arguments { object.field(argument.name, argument.value) }
    }
  }
}
