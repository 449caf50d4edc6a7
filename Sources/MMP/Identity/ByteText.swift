// SPDX-License-Identifier: Apache-2.0
import CSodium

/// Bytes written as text: hexadecimal and base64url, both constant-time (libsodium).
package enum ByteText {
  /// Lower-case hexadecimal digits, two a byte.
  package static func hex(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: bytes.count * 2 + 1)
    _ = sodium_bin2hex(&text, text.count, bytes, bytes.count)
    return string(text)
  }

  /// RFC 4648 §5 without padding.
  package static func base64url(_ bytes: [UInt8]) -> String {
    base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
  }

  /// RFC 4648 §4, padded.
  package static func base64(_ bytes: [UInt8]) -> String {
    base64(bytes, sodium_base64_VARIANT_ORIGINAL)
  }

  private static func base64(_ bytes: [UInt8], _ variant: Int32) -> String {
    let count = sodium_base64_encoded_len(bytes.count, variant)
    var text = [CChar](repeating: 0, count: count)
    _ = sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
    return string(text)
  }

  /// - Returns: `nil` unless `text` is exactly `count` bytes as hexadecimal digits of any case.
  package static func bytes(hex text: some Collection<UInt8>, count: Int) -> [UInt8]? {
    guard text.count == count * 2 else { return nil }
    let digits = text.map { CChar(bitPattern: $0) }
    var bytes = [UInt8](repeating: 0, count: count)
    var written = 0
    let status = sodium_hex2bin(&bytes, count, digits, digits.count, nil, &written, nil)
    return status == 0 && written == count ? bytes : nil
  }

  /// - Returns: `nil` unless `text` is exactly `count` bytes in base64, of either alphabet, with
  ///   or without padding.
  package static func bytes(base64 text: some Collection<UInt8>, count: Int) -> [UInt8]? {
    bytes(base64: text).flatMap { $0.count == count ? $0 : nil }
  }

  /// - Returns: `nil` unless `text` is base64, of either alphabet, with or without padding.
  package static func bytes(base64 text: some Collection<UInt8>) -> [UInt8]? {
    let digits = text.map { CChar(bitPattern: $0) }
    let variants = [
      sodium_base64_VARIANT_URLSAFE_NO_PADDING, sodium_base64_VARIANT_URLSAFE,
      sodium_base64_VARIANT_ORIGINAL_NO_PADDING, sodium_base64_VARIANT_ORIGINAL,
    ]
    for variant in variants {
      var bytes = [UInt8](repeating: 0, count: digits.count / 4 * 3 + 3)
      var written = 0
      let status = sodium_base642bin(
        &bytes, bytes.count, digits, digits.count, nil, &written, nil, variant)
      if status == 0 { return Array(bytes.prefix(written)) }
    }
    return nil
  }

  private static func string(_ text: [CChar]) -> String {
    String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
