// SPDX-License-Identifier: Apache-2.0

/// What a configuration says of one adapter, checked against its keys, with the standards filled in.
///
/// Asking for a key that was not declared, or as something else than it was declared, is an error
/// of the program and traps: a test makes every adapter once.
package struct AdapterValues: Sendable {
  /// The adapter's name.
  package let id: String
  private var values: [(key: String, value: AdapterValue?, isGiven: Bool)] = []

  /// - Parameters:
  ///   - keys: All keys an entry may have; unknown ones are refused by the caller, who has lines.
  ///   - given: What the configuration says; in any order.
  /// - Throws: The first problem: a required key that is missing, or a value of the wrong kind.
  package init(keys: [AdapterKey], given: [(String, GivenValue)]) throws(AdapterProblem) {
    var id = ""
    for key in keys {
      let found = given.first { $0.0 == key.name }?.1
      guard let said = found ?? Self.standard(of: key) else {
        guard !key.isRequired else {
          throw AdapterProblem(key.name, "is missing; expected \(key.kind.expectation)")
        }
        values.append((key.name, nil, false))
        continue
      }
      do throws(UnsuitableValue) {
        let value = try key.kind.value(of: said)
        if key.name == "id", case .text(let text) = value { id = text }
        values.append((key.name, value, found != nil))
      } catch { throw AdapterProblem(key.name, error.problem) }
    }
    self.id = id
  }

  private static func standard(of key: AdapterKey) -> GivenValue? {
    guard let text = key.standard else { return nil }
    guard key.kind.isList else { return .one(text) }
    return .many(
      text.split(separator: ",").map { part in
        String(decoding: part.utf8.drop { $0 == 32 }, as: UTF8.self)
      })
  }

  /// Whether the configuration itself gives `key`.
  package func isGiven(_ key: String) -> Bool { entry(key).isGiven }

  package func text(_ key: String) -> String { Self.text(needed(key)) }
  package func optionalText(_ key: String) -> String? { entry(key).value.map(Self.text) }
  package func flag(_ key: String) -> Bool {
    guard case .flag(let flag) = needed(key) else { fatalError("a key is no flag") }
    return flag
  }
  package func integer(_ key: String) -> Int { Self.integer(needed(key)) }
  package func optionalInteger(_ key: String) -> Int? { entry(key).value.map(Self.integer) }
  package func number(_ key: String) -> Double { Self.number(needed(key)) }
  package func optionalNumber(_ key: String) -> Double? { entry(key).value.map(Self.number) }

  /// Seconds.
  package func duration(_ key: String) -> Double { number(key) }
  package func optionalDuration(_ key: String) -> Double? { optionalNumber(key) }
  /// A duration in nanoseconds.
  package func nanoseconds(_ key: String) -> Int64 { Int64((duration(key) * 1e9).rounded()) }

  /// The words or texts of a list; empty where there is no value.
  package func texts(_ key: String) -> [String] { list(key).map(Self.text) }
  package func words(_ key: String) -> [String] { texts(key) }
  package func numbers(_ key: String) -> [Double] { list(key).map(Self.number) }

  private func list(_ key: String) -> [AdapterValue] {
    guard let value = entry(key).value else { return [] }
    guard case .list(let values) = value else { fatalError("a key is no list") }
    return values
  }

  private func entry(_ key: String) -> (key: String, value: AdapterValue?, isGiven: Bool) {
    guard let entry = values.first(where: { $0.key == key }) else {
      fatalError("a key was not declared")
    }
    return entry
  }

  private func needed(_ key: String) -> AdapterValue {
    guard let value = entry(key).value else { fatalError("a key has neither value nor standard") }
    return value
  }

  private static func text(_ value: AdapterValue) -> String {
    guard case .text(let text) = value else { fatalError("a key is no text") }
    return text
  }

  private static func integer(_ value: AdapterValue) -> Int {
    guard case .integer(let number) = value else { fatalError("a key is no whole number") }
    return number
  }

  private static func number(_ value: AdapterValue) -> Double {
    guard case .number(let number) = value else { fatalError("a key is no number") }
    return number
  }
}
