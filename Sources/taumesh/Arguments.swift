// SPDX-License-Identifier: Apache-2.0

/// What a verb understands: its options, as its `--help` shows them.
struct Option {
  let name: StaticString
  /// What stands for the value in the help text; nil for a switch.
  let value: StaticString?
  let help: StaticString

  init(_ name: StaticString, _ value: StaticString? = nil, _ help: StaticString) {
    (self.name, self.value, self.help) = (name, value, help)
  }

  static let state = Option(
    "--state", "DIR", "keep configuration, state and socket in DIR instead of the system's")
  static let json = Option("--json", nil, "print JSON instead of text")
  static let help = Option("--help", nil, "show this help")
}

/// The command line, split into switches, options and operands.
struct Arguments {
  struct Failure: Error {
    let message: String
  }

  private var switches: [String] = []
  private var values: [(String, String)] = []
  private(set) var operands: [String] = []

  /// Everything after the verb, checked against what the verb understands.
  init(_ words: [String], options: [Option]) throws(Failure) {
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.hasPrefix("--"), word != "--" else {
        operands.append(word)
        continue
      }
      let (name, attached) = Self.split(word)
      guard let option = options.first(where: { $0.name.description == name }) else {
        throw Failure(message: "unknown option \(name)")
      }
      guard option.value != nil else {
        guard attached == nil else { throw Failure(message: "\(name) takes no value") }
        switches.append(name)
        continue
      }
      if let attached {
        values.append((name, attached))
      } else if index < words.count {
        values.append((name, words[index]))
        index += 1
      } else {
        throw Failure(message: "\(name) needs a value: \(name) \(option.value ?? "VALUE")")
      }
    }
  }

  func has(_ option: Option) -> Bool { switches.contains(option.name.description) }

  func value(_ option: Option) -> String? {
    values.last { $0.0 == option.name.description }?.1
  }

  /// `--name=value` in two.
  private static func split(_ word: String) -> (String, String?) {
    let bytes = Array(word.utf8)
    guard let equals = bytes.firstIndex(of: 61) else { return (word, nil) }
    return (
      String(decoding: bytes[..<equals], as: UTF8.self),
      String(decoding: bytes[(equals + 1)...], as: UTF8.self)
    )
  }
}
