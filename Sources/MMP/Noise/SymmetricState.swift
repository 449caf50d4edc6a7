// SPDX-License-Identifier: Apache-2.0

/// The running hash and key of a handshake.
///
/// Source: Noise rev. 34 §5.2.
struct SymmetricState: Sendable {
  private(set) var hash: Key32
  private(set) var chainingKey: Key32
  private(set) var cipher = CipherState()

  init(protocolName: String) {
    let name = [UInt8](protocolName.utf8)
    let padding = [UInt8](repeating: 0, count: max(0, NoiseHash.count - name.count))
    hash = Key32(name + padding) ?? NoiseHash.digest(name)
    chainingKey = hash
  }

  mutating func mixKey(_ material: Key32) {
    let (chaining, key, _) = NoiseHash.expand(chainingKey: chainingKey, material.bytes)
    chainingKey = chaining
    cipher = CipherState(key: key)
  }

  mutating func mixHash(_ data: [UInt8]) {
    hash = NoiseHash.digest(hash.bytes + data)
  }

  mutating func mixKeyAndHash(_ material: Key32) {
    let (chaining, mixed, key) = NoiseHash.expand(chainingKey: chainingKey, material.bytes)
    chainingKey = chaining
    mixHash(mixed.bytes)
    cipher = CipherState(key: key)
  }

  mutating func encryptAndHash(_ plain: [UInt8]) throws(NoiseError) -> [UInt8] {
    let sealed = try cipher.encrypt(plain, header: hash.bytes)
    mixHash(sealed)
    return sealed
  }

  mutating func decryptAndHash(_ sealed: [UInt8]) throws(NoiseError) -> [UInt8] {
    let plain = try cipher.decrypt(sealed, header: hash.bytes)
    mixHash(sealed)
    return plain
  }

  /// The two ciphers of the session: from initiator to responder, and back.
  func split() -> (CipherState, CipherState) {
    let (first, second, _) = NoiseHash.expand(chainingKey: chainingKey, [])
    return (CipherState(key: first), CipherState(key: second))
  }

  /// A further key of the session, for another use than its records.
  ///
  /// HMAC-SHA256 under the final chaining key of `label`, then the handshake hash. `split` uses
  /// the same function on the empty message only, so no two of these keys tell of each other.
  func export(_ label: String) -> Key32 {
    NoiseHash.code(key: chainingKey, [UInt8](label.utf8) + hash.bytes)
  }
}
