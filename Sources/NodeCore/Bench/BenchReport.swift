// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What was measured, beside what is aimed at.
package struct BenchReport {
  package struct Figure: Equatable {
    package let key: BenchKey
    /// Which of several under one key: an encoder, a number of peers; empty for the only one.
    package let part: String
    package let value: Double
    /// Of what exactly, for people.
    package let note: String
  }

  /// Most times that of a bare ping-pong which a pulse may take.
  package static let pulseRatio = 1.5

  package private(set) var figures: [Figure] = []
  /// Why something has no figure, a line each.
  package private(set) var missing: [String] = []

  package init() {}

  package mutating func add(
    _ key: BenchKey, part: String = "", _ value: Double, note: String = ""
  ) {
    figures.append(
      Figure(key: key, part: part, value: (value * 100).rounded() / 100, note: note))
  }

  package mutating func miss(_ keys: [BenchKey], because reason: String) {
    missing.append(keys.map { $0.rawValue }.joined(separator: ", ") + ": " + reason)
  }

  /// The figure under `key`; the first of several.
  package func value(_ key: BenchKey) -> Double? { figures.first { $0.key == key }?.value }

  /// What a figure should be at most; nil where nothing is aimed at.
  package func goal(_ key: BenchKey) -> Double? {
    switch key {
    case .pulseMedian: value(.pingPongMedian).map { $0 * Self.pulseRatio }
    case .residentKiB: 3072
    case .anonymousKiB: 1024
    case .allocationsPerBlock, .allocationsPerPulse, .allocationsPerTick, .allocationsPerReading: 0
    default: nil
    }
  }

  /// Writes one member for every key; `null` for what was not measured.
  package func write(_ object: inout JSONWriter) {
    for key in BenchKey.allCases {
      let found = figures.filter { $0.key == key }
      if found.isEmpty {
        object.null(key.rawValue)
      } else if key.hasParts {
        object.object(key.rawValue) { parts in
          for figure in found { Self.write(figure.value, figure.part, &parts) }
        }
      } else {
        Self.write(found[0].value, key.rawValue, &object)
      }
    }
  }

  private static func write(_ value: Double, _ name: String, _ object: inout JSONWriter) {
    if let whole = Int64(exactly: value) {
      object.field(name, whole)
    } else {
      object.field(name, value)
    }
  }
}
