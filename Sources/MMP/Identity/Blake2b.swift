// SPDX-License-Identifier: Apache-2.0
import CSodium

/// BLAKE2b without a key.
///
/// Source: RFC 7693.
package enum Blake2b {
  /// The digest of `message`.
  ///
  /// - Parameters:
  ///   - message: Any number of bytes.
  ///   - count: Bytes of digest, 16…64 (a parameter of the hash: a shorter digest is not a
  ///     prefix of a longer one).
  /// - Returns: `count` bytes.
  package static func digest(_ message: [UInt8], count: Int) -> [UInt8] {
    precondition((16...64).contains(count), "a BLAKE2b digest here has 16 to 64 bytes")
    var digest = [UInt8](repeating: 0, count: count)
    let status = crypto_generichash_blake2b(
      &digest, count, message, UInt64(message.count), nil, 0)
    precondition(status == 0, "BLAKE2b refused a valid length")
    return digest
  }
}
