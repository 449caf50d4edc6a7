// SPDX-License-Identifier: Apache-2.0

/// The checked value of one key.
package enum AdapterValue: Equatable, Sendable {
  case text(String)
  case flag(Bool)
  case integer(Int)
  /// In the unit of its key; a duration in seconds.
  case number(Double)
  case list([AdapterValue])
}

/// What a configuration file says for one key.
package enum GivenValue: Equatable, Sendable {
  case one(String)
  case many([String])

  /// The elements of a list; a single text is a list of one.
  var elements: [String] {
    switch self {
    case .one(let text): [text]
    case .many(let texts): texts
    }
  }
}

/// Why a text is not a value of its kind: what it is, and what was expected.
package struct UnsuitableValue: Error {
  package let problem: String
}

extension AdapterKey.Kind {
  package var isList: Bool {
    switch self {
    case .choices, .numbers, .texts: true
    default: false
    }
  }

  /// The value that was given; throws what is wrong with it.
  package func value(of given: GivenValue) throws(UnsuitableValue) -> AdapterValue {
    switch self {
    case .choices(let words): return try list(given.elements, 1...words.count, .choice(words))
    case .numbers(let range, let unit, let count):
      return try list(given.elements, count, .number(range, unit: unit))
    case .texts(let count): return try list(given.elements, count, .text)
    default:
      guard case .one(let text) = given else {
        throw UnsuitableValue(problem: "is a list; expected \(expectation)")
      }
      return try value(ofText: text)
    }
  }

  private func list(_ texts: [String], _ count: ClosedRange<Int>, _ kind: AdapterKey.Kind)
    throws(UnsuitableValue) -> AdapterValue
  {
    guard count.contains(texts.count) else {
      throw UnsuitableValue(problem: "has \(texts.count) elements; expected \(expectation)")
    }
    var values: [AdapterValue] = []
    for text in texts {
      let value = try kind.value(ofText: text)
      if case .choices = self, values.contains(value) {
        throw UnsuitableValue(problem: "names \(text) twice; expected \(expectation)")
      }
      values.append(value)
    }
    return .list(values)
  }

  private func value(ofText text: String) throws(UnsuitableValue) -> AdapterValue {
    switch self {
    case .text where !text.isEmpty: return .text(text)
    case .name where Self.isName(text): return .text(text)
    case .flag:
      if let flag = Self.flag(text) { return .flag(flag) }
    case .integer(let range):
      if let number = Self.integer(text), range.contains(number) { return .integer(number) }
    case .number(let range, let unit):
      let (number, suffix) = NumberText.split(text)
      if let number, suffix.isEmpty || suffix == unit, range.contains(number) {
        return .number(number)
      }
    case .duration(let range):
      if let seconds = NumberText.seconds(text), range.contains(seconds) {
        return .number(seconds)
      }
    case .choice(let words):
      if words.contains(text) { return .text(text) }
      let hint = NearWord.nearest(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
      throw UnsuitableValue(problem: "is \"\(text)\"; expected \(expectation)\(hint)")
    default: break
    }
    throw UnsuitableValue(problem: "is \"\(text)\"; expected \(expectation)")
  }

  /// Whether `text` can name a thing: 1 to 64 bytes without control characters.
  package static func isName(_ text: String) -> Bool {
    let bytes = text.utf8
    return (1...64).contains(bytes.count) && !bytes.contains { $0 < 32 || $0 == 127 }
  }

  private static func flag(_ text: String) -> Bool? {
    switch text {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }

  private static func integer(_ text: String) -> Int? {
    text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
  }
}
