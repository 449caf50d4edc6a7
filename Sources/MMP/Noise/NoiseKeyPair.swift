// SPDX-License-Identifier: Apache-2.0
import CSodium

/// An X25519 key pair.
///
/// Source: RFC 7748; Noise rev. 34 §4.1.
struct NoiseKeyPair: Sendable {
  let privateKey: Key32
  let publicKey: Key32

  init(privateKey: Key32) {
    var point = [UInt8](repeating: 0, count: Key32.count)
    _ = crypto_scalarmult_curve25519_base(&point, privateKey.bytes)
    self.privateKey = privateKey
    publicKey = Key32(hashed: point)
  }

  /// The secret shared with the holder of `peer`.
  ///
  /// - Returns: `nil` when `peer` is of low order, so that the result would be zero whatever our
  ///   key is (RFC 7748 §6.1).
  func sharedSecret(with peer: Key32) -> Key32? {
    var shared = [UInt8](repeating: 0, count: Key32.count)
    let status = crypto_scalarmult_curve25519(&shared, privateKey.bytes, peer.bytes)
    return status == 0 ? Key32(hashed: shared) : nil
  }
}
