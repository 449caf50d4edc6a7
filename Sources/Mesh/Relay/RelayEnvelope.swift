// SPDX-License-Identifier: Apache-2.0

/// Where the members of one relay message stand in its bytes.
///
/// Found by following strings and brackets alone, so that a payload is carried without being
/// read: its bytes are never parsed, copied into a document or written anew.
package struct RelayEnvelope: Equatable, Sendable {
  /// The members a relay message can have, in the order of `values`.
  package enum Member: Int, Sendable {
    case type, to, from, fromName, payload
  }

  private static let names: [[UInt8]] = [
    Array("type".utf8), Array("to".utf8), Array("from".utf8), Array("fromName".utf8),
    Array("payload".utf8),
  ]
  /// Most members an object may have; what relays send has four.
  private static let mostMembers = 16

  private var values = [Range<Int>?](repeating: nil, count: 5)

  /// Nil for what is not one object with strings and brackets that match, or names one of the
  /// members twice.
  package init?(_ text: UnsafeRawBufferPointer) {
    var scan = RelayScan(text)
    guard scan.take(UInt8(ascii: "{")) else { return nil }
    var count = 0
    if !scan.take(UInt8(ascii: "}")) {
      repeat {
        count += 1
        guard count <= Self.mostMembers, let key = scan.string(),
          scan.take(UInt8(ascii: ":")), let value = scan.value()
        else { return nil }
        let name = text[(key.lowerBound + 1)..<(key.upperBound - 1)]
        guard let place = Self.names.firstIndex(where: { $0.elementsEqual(name) }) else {
          continue
        }
        guard values[place] == nil else { return nil }
        values[place] = value
      } while scan.take(UInt8(ascii: ","))
      guard scan.take(UInt8(ascii: "}")) else { return nil }
    }
    guard scan.isAtEnd else { return nil }
  }

  /// The bytes of a member's value: a string with its quotes, an object with its braces.
  package subscript(member: Member) -> Range<Int>? { values[member.rawValue] }

  /// The text of a member that is a string without escapes; nil for anything else.
  package func text(_ member: Member, in bytes: UnsafeRawBufferPointer) -> String? {
    guard let range = self[member], range.count >= 2, bytes[range.lowerBound] == 0x22 else {
      return nil
    }
    let content = bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
    guard !content.contains(0x5C) else { return nil }
    return String(decoding: content, as: UTF8.self)
  }

  /// Whether a member is absent, `null` or an empty string.
  package func isVoid(_ member: Member, in bytes: UnsafeRawBufferPointer) -> Bool {
    guard let range = self[member] else { return true }
    let first = bytes[range.lowerBound]
    return first == UInt8(ascii: "n") || first == 0x22 && range.count == 2
  }
}

/// Follows the outline of a JSON text.
struct RelayScan {
  private let text: UnsafeRawBufferPointer
  private var place = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// Whether nothing but blanks is left.
  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return place == text.count
    }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard place < text.count, text[place] == byte else { return false }
    place += 1
    return true
  }

  /// The extent of a string, quotes included.
  mutating func string() -> Range<Int>? {
    skipBlanks()
    let start = place
    guard place < text.count, text[place] == 0x22 else { return nil }
    place += 1
    while place < text.count {
      switch text[place] {
      case 0x22:
        place += 1
        return start..<place
      case 0x5C: place += 2
      default: place += 1
      }
    }
    return nil
  }

  /// The extent of any value.
  mutating func value() -> Range<Int>? {
    skipBlanks()
    guard place < text.count else { return nil }
    switch text[place] {
    case 0x22: return string()
    case UInt8(ascii: "{"), UInt8(ascii: "["): return container()
    default: return word()
    }
  }

  private mutating func container() -> Range<Int>? {
    let start = place
    var depth = 0
    while place < text.count {
      switch text[place] {
      case 0x22: if string() == nil { return nil }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
        if depth == 0 { return start..<place }
      default: place += 1
      }
    }
    return nil
  }

  /// A number or one of the words `true`, `false` and `null`.
  private mutating func word() -> Range<Int>? {
    let start = place
    while place < text.count, Self.isWord(text[place]) { place += 1 }
    return place > start ? start..<place : nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func skipBlanks() {
    while place < text.count {
      switch text[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default: return
      }
    }
  }
}
