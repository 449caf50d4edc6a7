// SPDX-License-Identifier: Apache-2.0
import CSodium

/// Who a node is: an Ed25519 key pair, and the name that follows from it.
///
/// Made from a 32-byte seed which the caller draws once, at first start: the first key of a node
/// (epoch 0). A later key keeps the nodeId and carries the owner's certificate. The caller has
/// called `sodium_init`.
package struct Identity: Sendable {
  /// What has to be kept secret and kept for ever; `IdentityFile` writes it.
  package let seed: Key32
  /// Ed25519.
  package let publicKey: Key32
  package let nodeID: NodeID
  /// 0 for the first key of the node.
  package let epoch: UInt32
  /// Of a later key.
  package let certificate: NodeCertificate?
  /// The same identity for key agreement: X25519, converted from the Ed25519 pair.
  let noiseKey: NoiseKeyPair
  private let signingKey: [UInt8]

  package init(seed: Key32) { self.init(seed: seed, epoch: 0, certificate: nil) }

  /// A later key of the node that `certificate` names; peers check it, this does not.
  package init(seed: Key32, epoch: UInt32, certificate: NodeCertificate) {
    self.init(seed: seed, epoch: epoch, certificate: .some(certificate))
  }

  private init(seed: Key32, epoch: UInt32, certificate: NodeCertificate?) {
    var publicBytes = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_PUBLICKEYBYTES))
    var signingBytes = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SECRETKEYBYTES))
    _ = crypto_sign_ed25519_seed_keypair(&publicBytes, &signingBytes, seed.bytes)
    var agreement = [UInt8](repeating: 0, count: Key32.count)
    _ = crypto_sign_ed25519_sk_to_curve25519(&agreement, signingBytes)
    self.seed = seed
    publicKey = Key32(hashed: publicBytes)
    nodeID = certificate?.nodeID ?? NodeID(publicKey: publicKey)
    (self.epoch, self.certificate) = (epoch, certificate)
    noiseKey = NoiseKeyPair(privateKey: Key32(hashed: agreement))
    signingKey = signingBytes
  }

  /// The 64-byte Ed25519 signature of `message` (RFC 8032, deterministic).
  package func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_BYTES))
    _ = crypto_sign_ed25519_detached(
      &signature, nil, message, UInt64(message.count), signingKey)
    return signature
  }

  /// Whether `signature` is that of `message` by the holder of `publicKey`.
  package static func verify(_ signature: [UInt8], of message: [UInt8], by publicKey: Key32)
    -> Bool
  {
    guard signature.count == Int(crypto_sign_ed25519_BYTES) else { return false }
    return crypto_sign_ed25519_verify_detached(
      signature, message, UInt64(message.count), publicKey.bytes) == 0
  }

  /// The X25519 public key that belongs to an Ed25519 one.
  ///
  /// - Returns: `nil` for bytes that are no point of the curve or one of small order.
  package static func agreementKey(of publicKey: Key32) -> Key32? {
    var converted = [UInt8](repeating: 0, count: Key32.count)
    let status = crypto_sign_ed25519_pk_to_curve25519(&converted, publicKey.bytes)
    return status == 0 ? Key32(hashed: converted) : nil
  }

  /// The public key as frames carry it: base64url without padding.
  package var publicKeyText: String { ByteText.base64url(publicKey.bytes) }
}
