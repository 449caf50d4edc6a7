// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// Takes the keys of one mapping by name and type, and refuses what nobody asked for.
///
/// Every complaint names the file, the line, the dotted key and what was expected. A key that
/// no one reads is an error too, with the nearest known key as a suggestion: a misspelt limit
/// that is silently ignored is worse than a node that does not start.
package struct SectionReader {
  let file: String
  let path: String
  let line: Int
  private let entries: [YAMLValue.Entry]
  private var known: [String] = []

  /// - Parameters:
  ///   - value: The section's value; must be a mapping.
  ///   - file: Name of the file for messages.
  ///   - path: Dotted path of the section, empty for the whole document.
  /// - Throws: A complaint where the value is a list or a text.
  package init(_ value: YAMLValue, file: String, path: String) throws(ConfigurationFailure) {
    (self.file, self.path, line) = (file, path, value.line)
    switch value.content {
    case .mapping(let entries): self.entries = entries
    case .scalar(let text) where text.isEmpty || text == "~" || text == "null": entries = []
    default:
      throw ConfigurationFailure(
        file: file, line: value.line, key: path,
        problem: "is \(value.kind); expected a mapping (key: value)")
    }
  }

  /// The whole of a configuration file; nil where there is none.
  package init?(file: String) throws(ConfigurationFailure) {
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(file, limit: Configuration.maximumBytes)
    } catch {
      throw ConfigurationFailure(file: file, line: 0, key: "", problem: "\(error)")
    }
    guard let bytes else { return nil }
    try self.init(try YAMLParser.parse(bytes, file: file), file: file, path: "")
  }

  /// The value under `key`, marked as known; nil where the file does not give it.
  package mutating func take(_ key: String) -> YAMLValue? {
    known.append(key)
    return entries.first { $0.key == key }?.value
  }

  package mutating func section(_ key: String) throws(ConfigurationFailure) -> SectionReader? {
    guard let value = take(key) else { return nil }
    return try SectionReader(value, file: file, path: dotted(key))
  }

  package mutating func list(_ key: String) throws(ConfigurationFailure) -> [YAMLValue] {
    guard let value = take(key) else { return [] }
    switch value.content {
    case .sequence(let elements): return elements
    case .scalar(let text) where text.isEmpty || text == "~" || text == "null": return []
    default: throw complaint(key, value.line, "is \(value.kind); expected a list")
    }
  }

  package mutating func text(_ key: String) throws(ConfigurationFailure) -> String? {
    guard let value = take(key) else { return nil }
    guard case .scalar(let text) = value.content else {
      throw complaint(key, value.line, "is \(value.kind); expected text")
    }
    return text
  }

  package mutating func requiredText(_ key: String) throws(ConfigurationFailure) -> String {
    guard let text = try text(key), !text.isEmpty else {
      throw complaint(key, line, "is missing; expected text")
    }
    return text
  }

  package mutating func choice(_ key: String, of options: [String])
    throws(ConfigurationFailure) -> String?
  {
    guard case .text(let word) = try value(key, .choice(options)) else { return nil }
    return word
  }

  package mutating func requiredChoice(_ key: String, of options: [String])
    throws(ConfigurationFailure) -> String
  {
    guard let word = try choice(key, of: options) else {
      throw complaint(key, line, "is missing; expected one of \(NearWord.joined(options))")
    }
    return word
  }

  package mutating func flag(_ key: String) throws(ConfigurationFailure) -> Bool? {
    guard case .flag(let flag) = try value(key, .flag) else { return nil }
    return flag
  }

  package mutating func integer(_ key: String, in range: ClosedRange<Int>)
    throws(ConfigurationFailure) -> Int?
  {
    guard case .integer(let number) = try value(key, .integer(range)) else { return nil }
    return number
  }

  /// A number in `unit`, which the value may repeat (`4`, `4 Hz`, `4Hz`).
  package mutating func number(_ key: String, in range: ClosedRange<Double>, unit: String)
    throws(ConfigurationFailure) -> Double?
  {
    guard case .number(let number) = try value(key, .number(range, unit: unit)) else { return nil }
    return number
  }

  /// A duration in seconds: a number with one of the units ns, us, ms, s, m, h.
  package mutating func duration(_ key: String, in range: ClosedRange<Double>)
    throws(ConfigurationFailure) -> Double?
  {
    guard case .number(let seconds) = try value(key, .duration(range)) else { return nil }
    return seconds
  }

  /// The value of `key`, which must be of a kind; nil where the file does not give it.
  private mutating func value(_ key: String, _ kind: AdapterKey.Kind)
    throws(ConfigurationFailure) -> AdapterValue?
  {
    guard let text = try text(key) else { return nil }
    do throws(UnsuitableValue) { return try kind.value(of: .one(text)) } catch {
      throw complaint(key, lineOf(key), error.problem)
    }
  }

  /// Refuses every key that nobody took; to be called when the section is read.
  package func finish() throws(ConfigurationFailure) {
    for entry in entries where !known.contains(entry.key) {
      let hint = NearWord.nearest(to: entry.key, among: known).map { "; did you mean \($0)?" } ?? ""
      throw ConfigurationFailure(
        file: file, line: entry.line, key: dotted(entry.key),
        problem: "is not a known key; expected one of \(NearWord.joined(known))\(hint)")
    }
  }

  /// A complaint about `key` of this section, at the key's own line.
  package func complaint(_ key: String, _ problem: String) -> ConfigurationFailure {
    complaint(key, lineOf(key), problem)
  }

  func dotted(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func lineOf(_ key: String) -> Int { entries.first { $0.key == key }?.value.line ?? line }

  private func complaint(_ key: String, _ line: Int, _ problem: String) -> ConfigurationFailure {
    ConfigurationFailure(file: file, line: line, key: dotted(key), problem: problem)
  }
}
