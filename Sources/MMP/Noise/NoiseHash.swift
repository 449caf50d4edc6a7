// SPDX-License-Identifier: Apache-2.0
import CSodium

/// SHA-256, HMAC and the HKDF of Noise.
///
/// Source: Noise rev. 34 §4.3; RFC 2104; RFC 5869 with an empty info.
enum NoiseHash {
  static let count = 32

  static func digest(_ message: [UInt8]) -> Key32 {
    var digest = [UInt8](repeating: 0, count: count)
    _ = crypto_hash_sha256(&digest, message, UInt64(message.count))
    return Key32(hashed: digest)
  }

  /// HMAC-SHA256 of `message` under `key`.
  static func code(key: Key32, _ message: [UInt8]) -> Key32 {
    var state = crypto_auth_hmacsha256_state()
    var code = [UInt8](repeating: 0, count: count)
    _ = crypto_auth_hmacsha256_init(&state, key.bytes, key.bytes.count)
    _ = crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
    _ = crypto_auth_hmacsha256_final(&state, &code)
    return Key32(hashed: code)
  }

  /// Three outputs; where Noise wants two, the third is left.
  static func expand(chainingKey: Key32, _ material: [UInt8]) -> (Key32, Key32, Key32) {
    let temporary = code(key: chainingKey, material)
    let first = code(key: temporary, [1])
    let second = code(key: temporary, first.bytes + [2])
    return (first, second, code(key: temporary, second.bytes + [3]))
  }
}
