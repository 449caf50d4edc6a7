// SPDX-License-Identifier: Apache-2.0
import CSodium
@_spi(_Unicode) import Swift

/// Bytes that keys and signatures are computed over: every part behind its own length, so that
/// no text can be mistaken for the border between two.
struct BlockBytes {
  private(set) var bytes: [UInt8]

  /// Starts with the domain the bytes are meant for.
  init(_ domain: StaticString) {
    bytes = domain.withUTF8Buffer { Array($0) }
    bytes.append(0x0A)
  }

  /// Appends the decimal number of bytes, a colon, and the bytes.
  mutating func append(_ part: [UInt8]) {
    append(Int64(part.count), end: UInt8(ascii: ":"))
    bytes.append(contentsOf: part)
  }

  mutating func append(_ text: String) { append(Array(text.utf8)) }

  /// Appends a text in Unicode's composed normal form.
  mutating func append(composed text: String) { append(Self.composed(text)) }

  mutating func append(_ number: Int64) { append(Array(number.description.utf8)) }

  /// Appends how many there are, and each, in the order of their bytes.
  mutating func append(sorted texts: [String]) {
    append(Int64(texts.count))
    for text in texts.map({ Array($0.utf8) }).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      append(text)
    }
  }

  var digest: [UInt8] { Self.sha256(bytes) }

  static func sha256(_ message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    _ = crypto_hash_sha256(&digest, message, UInt64(message.count))
    return digest
  }

  private mutating func append(_ number: Int64, end: UInt8) {
    bytes.append(contentsOf: number.description.utf8)
    bytes.append(end)
  }

  private static func composed(_ text: String) -> [UInt8] {
    // Nothing below U+0300 is changed by composing; in UTF-8 those begin with less than 0xCC.
    if text.utf8.allSatisfy({ $0 < 0xCC }) { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text._nfc { bytes.append(contentsOf: Array(String(scalar).utf8)) }
    return bytes
  }
}
