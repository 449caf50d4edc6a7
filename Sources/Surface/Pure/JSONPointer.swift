// SPDX-License-Identifier: Apache-2.0
package import MMP

/// A place in a JSON document (RFC 6901): `/main/temp`, `/list/0`; empty for the whole.
package struct JSONPointer: Equatable, Sendable {
  /// Deeper than any document that is parsed.
  private static let maximumSteps = 16

  private let steps: [String]

  /// Nil for what is no pointer: not beginning with a slash, or a `~` that is neither ~0 nor ~1.
  package init?(_ text: String) {
    guard !text.isEmpty else {
      steps = []
      return
    }
    let parts = text.utf8.split(separator: 47, omittingEmptySubsequences: false)
    guard parts.first?.isEmpty == true, parts.count - 1 <= Self.maximumSteps else { return nil }
    var steps: [String] = []
    for part in parts.dropFirst() {
      guard let step = Self.unescaped(part) else { return nil }
      steps.append(step)
    }
    self.steps = steps
  }

  /// The value it points to; nil where there is none.
  package func value(in root: JSONValue) -> JSONValue? {
    var value = root
    for step in steps {
      let next = value.isArray ? Self.index(step).flatMap { value[$0] } : value[step]
      guard let next else { return nil }
      value = next
    }
    return value
  }

  private static func unescaped(_ part: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var isEscape = false
    for byte in part {
      if isEscape {
        guard byte == 48 || byte == 49 else { return nil }
        bytes.append(byte == 48 ? 126 : 47)
        isEscape = false
      } else if byte == 126 {
        isEscape = true
      } else {
        bytes.append(byte)
      }
    }
    return isEscape ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// Decimal digits without a leading zero.
  private static func index(_ step: String) -> Int? {
    let bytes = Array(step.utf8)
    guard !bytes.isEmpty, bytes.count < 10, bytes.allSatisfy({ (48...57).contains($0) }),
      bytes.count == 1 || bytes[0] != 48
    else { return nil }
    return Int(step)
  }
}
