// SPDX-License-Identifier: Apache-2.0
internal import CSystem

/// One number of a line: bare (`21.5`), or with its name before it (`temperature 21.5`).
///
/// Blanks, `:`, `=` or `,` separate the two. Reading one allocates nothing.
package struct LineValue {
  /// The longest number, in bytes.
  private static let longestNumber = 63

  /// The name's bytes, within the line's; empty for a bare number.
  package let name: UnsafeRawBufferPointer
  /// Finite.
  package let value: Double

  /// The value of a line without blanks at its ends; nil where it is none.
  package init?(_ line: UnsafeRawBufferPointer) {
    var place = line.count
    while place > 0, !Self.isSeparator(line[place - 1]) { place -= 1 }
    guard let value = Self.number(UnsafeRawBufferPointer(rebasing: line[place...])) else {
      return nil
    }
    var end = place
    while end > 0, Self.isSeparator(line[end - 1]) { end -= 1 }
    guard place == 0 || end > 0 else { return nil }
    name = UnsafeRawBufferPointer(rebasing: line[..<end])
    self.value = value
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == 58 || byte == 61 || byte == 44
  }

  /// The number all of `text` spells in decimal; nil for anything else, and for one not finite.
  private static func number(_ text: UnsafeRawBufferPointer) -> Double? {
    guard (1...longestNumber).contains(text.count), text.allSatisfy(isNumeric) else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: longestNumber + 1, alignment: 1) { room in
      room.copyMemory(from: text)
      room[text.count] = 0
      guard let start = room.bindMemory(to: CChar.self).baseAddress else { return nil }
      var value = 0.0
      guard tm_strtod(start, &value) == 1, value.isFinite else { return nil }
      return value
    }
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 43, 45, 46, 69, 101: true
    default: false
    }
  }
}
