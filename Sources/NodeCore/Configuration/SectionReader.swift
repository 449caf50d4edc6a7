// SPDX-License-Identifier: Apache-2.0
internal import CSystem

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
    guard let text = try text(key) else { return nil }
    guard options.contains(text) else {
      let hint = Self.nearest(to: text, among: options).map { "; did you mean \($0)?" } ?? ""
      throw complaint(
        key, lineOf(key), "is \"\(text)\"; expected one of \(Self.joined(options))\(hint)")
    }
    return text
  }

  package mutating func requiredChoice(_ key: String, of options: [String])
    throws(ConfigurationFailure) -> String
  {
    guard let word = try choice(key, of: options) else {
      throw complaint(key, line, "is missing; expected one of \(Self.joined(options))")
    }
    return word
  }

  package mutating func flag(_ key: String) throws(ConfigurationFailure) -> Bool? {
    guard let text = try text(key) else { return nil }
    switch text {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw complaint(key, lineOf(key), "is \"\(text)\"; expected true or false")
    }
  }

  package mutating func integer(_ key: String, in range: ClosedRange<Int>)
    throws(ConfigurationFailure) -> Int?
  {
    guard let text = try text(key) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw complaint(
        key, lineOf(key),
        "is \"\(text)\"; expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A number in `unit`, which the value may repeat (`4`, `4 Hz`, `4Hz`).
  package mutating func number(_ key: String, in range: ClosedRange<Double>, unit: String)
    throws(ConfigurationFailure) -> Double?
  {
    guard let text = try text(key) else { return nil }
    let (number, suffix) = Self.split(text)
    guard let number, suffix.isEmpty || suffix == unit, range.contains(number) else {
      throw complaint(
        key, lineOf(key),
        "is \"\(text)\"; expected \(range.lowerBound) to \(range.upperBound) \(unit)")
    }
    return number
  }

  /// A duration in seconds: a number with one of the units ns, us, ms, s, m, h.
  package mutating func duration(_ key: String, in range: ClosedRange<Double>)
    throws(ConfigurationFailure) -> Double?
  {
    guard let text = try text(key) else { return nil }
    let (number, suffix) = Self.split(text)
    let units: [(String, Double)] = [
      ("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
    ]
    let unit = units.first { $0.0 == suffix }?.1
    guard let number, let unit, range.contains(number * unit) else {
      throw complaint(
        key, lineOf(key),
        "is \"\(text)\"; expected a duration such as 200ms, 5s or 1m, "
          + "from \(range.lowerBound) to \(range.upperBound) s")
    }
    return number * unit
  }

  /// Refuses every key that nobody took; to be called when the section is read.
  package func finish() throws(ConfigurationFailure) {
    for entry in entries where !known.contains(entry.key) {
      let hint = Self.nearest(to: entry.key, among: known).map { "; did you mean \($0)?" } ?? ""
      throw ConfigurationFailure(
        file: file, line: entry.line, key: dotted(entry.key),
        problem: "is not a known key; expected one of \(Self.joined(known))\(hint)")
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

extension SectionReader {
  /// Splits `12.5ms` into its number and its unit; the number is nil where there is none.
  static func split(_ text: String) -> (Double?, String) {
    let bytes = Array(text.utf8)
    let numeric = bytes.prefix { "+-.0123456789eE".utf8.contains($0) }
    var digits = Array(numeric)
    // `5e` of a unit that begins with e is no exponent: nothing here has such a unit.
    guard !digits.isEmpty, digits.contains(where: { (48...57).contains($0) }) else {
      return (nil, text)
    }
    digits.append(0)
    guard let number = wholeNumber(digits) else { return (nil, text) }
    let rest = bytes.dropFirst(numeric.count).drop { $0 == 32 }
    return (number, String(decoding: rest, as: UTF8.self))
  }

  /// The number that all of `digits` (zero-terminated) spell, or nil.
  private static func wholeNumber(_ digits: [UInt8]) -> Double? {
    digits.withUnsafeBytes { bytes -> Double? in
      guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let number = strtod(start, &end)
      let consumed = end.map { UnsafePointer($0) - start } ?? 0
      return consumed == digits.count - 1 && number.isFinite ? number : nil
    }
  }

  /// The option at most two edits away from `word`, if there is one.
  static func nearest(to word: String, among options: [String]) -> String? {
    var best: (String, Int)?
    for option in options {
      let distance = editDistance(Array(word.utf8), Array(option.utf8))
      if distance <= 2, distance < (best?.1 ?? 3) { best = (option, distance) }
    }
    return best?.0
  }

  /// Levenshtein distance.
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let cost = min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }

  static func joined(_ words: [String]) -> String {
    var text = ""
    for word in words { text += text.isEmpty ? word : ", \(word)" }
    return text
  }
}
