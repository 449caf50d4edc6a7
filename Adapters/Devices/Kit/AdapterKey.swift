// SPDX-License-Identifier: Apache-2.0

/// One key of an adapter's configuration, declared once.
///
/// The same declaration checks what a configuration says, fills in what it leaves out, and prints
/// the reference (`taumesh help adapters`).
package struct AdapterKey: Sendable {
  /// What a value must be.
  package enum Kind: Sendable {
    /// Any text that is not empty.
    case text
    /// 1 to 64 bytes without control characters.
    case name
    /// `true` or `false`.
    case flag
    /// A whole number, decimal or hexadecimal (0x76).
    case integer(ClosedRange<Int>)
    /// A number, which may repeat its unit (`4`, `4 Hz`).
    case number(ClosedRange<Double>, unit: String)
    /// A duration with its unit (`200ms`, `5s`), within a range in seconds.
    case duration(ClosedRange<Double>)
    /// One of some words.
    case choice([String])
    /// A list of different words, at least one.
    case choices([String])
    /// A list of so many numbers.
    case numbers(ClosedRange<Double>, unit: String, count: ClosedRange<Int>)
    /// A list of so many texts.
    case texts(count: ClosedRange<Int>)
  }

  package let name: String
  package let kind: Kind
  package let isRequired: Bool
  /// What holds where the configuration says nothing, written as there; nil for no value at all.
  package let standard: String?
  /// What it means, for the reference.
  package let meaning: String

  /// A key that every entry of the type must give.
  package static func required(_ name: String, _ kind: Kind, _ meaning: String) -> AdapterKey {
    AdapterKey(name: name, kind: kind, isRequired: true, standard: nil, meaning: meaning)
  }

  /// A key that may be left out; `standard` is then taken, if there is one.
  ///
  /// The standard of a list is written as one text, its elements separated by commas.
  package static func optional(
    _ name: String, _ kind: Kind, default standard: String? = nil, _ meaning: String
  ) -> AdapterKey {
    AdapterKey(name: name, kind: kind, isRequired: false, standard: standard, meaning: meaning)
  }
}

/// What is wrong with the value of one key of an adapter, or with the device it names.
package struct AdapterProblem: Error, Equatable, CustomStringConvertible {
  /// The key as it is configured; empty where the problem is the device's.
  package let key: String
  /// What it is and what was expected: `is "3"; expected …`.
  package let problem: String

  package init(_ key: String, _ problem: String) { (self.key, self.problem) = (key, problem) }

  package var description: String { key.isEmpty ? problem : "\(key): \(problem)" }
}
