// SPDX-License-Identifier: Apache-2.0

/// The name of a node for ever: a UUID of version 8 made from its first public key.
///
/// Order is that of the 16 bytes, which is also the order of the lower-case text.
/// Source: RFC 9562 §5.8.
package struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package static let count = 16

  private let high: UInt64
  private let low: UInt64

  /// The identifier of the node whose first Ed25519 public key is `publicKey`.
  ///
  /// BLAKE2b-128 of the key with the version (8) and variant (binary 10) bits of RFC 9562 set:
  /// 122 bits remain, so a second key with the same identifier costs 2^122 trials.
  package init(publicKey: Key32) {
    var digest = Blake2b.digest(publicKey.bytes, count: Self.count)
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    self.init(checked: digest[...])
  }

  /// - Returns: `nil` unless there are exactly 16 bytes; any UUID version is taken, because a
  ///   plaintext peer chooses its own.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.count else { return nil }
    self.init(checked: bytes[...])
  }

  /// Reads the canonical text, 8-4-4-4-12 hexadecimal digits of any case.
  package init?(_ text: String) {
    let characters = [UInt8](text.utf8)
    guard characters.count == 36 else { return nil }
    for position in Self.hyphens where characters[position] != UInt8(ascii: "-") { return nil }
    let digits = characters.filter { $0 != UInt8(ascii: "-") }
    guard let bytes = ByteText.bytes(hex: digits, count: Self.count) else { return nil }
    self.init(checked: bytes[...])
  }

  /// The identifier of a node that names itself `text`: that UUID, or one made from the text.
  ///
  /// Nodes of MMP 0.2.0 may call themselves anything.
  package init(foreign text: String) {
    if let nodeID = Self(text) {
      self = nodeID
    } else {
      self.init(checked: Blake2b.digest(Array(text.utf8), count: Self.count)[...])
    }
  }

  private init(checked bytes: ArraySlice<UInt8>) {
    (high, low) = (number(bytes.prefix(8)), number(bytes.suffix(8)))
  }

  private static let hyphens = [8, 13, 18, 23]

  /// The 16 bytes in the order of the text.
  package var bytes: [UInt8] {
    (0..<Self.count).map { index in
      let word = index < 8 ? high : low
      return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8)))
    }
  }

  package var description: String {
    let digits = [UInt8](ByteText.hex(bytes).utf8)
    var text: [UInt8] = []
    for digit in digits {
      if Self.hyphens.contains(text.count) { text.append(UInt8(ascii: "-")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}
