// SPDX-License-Identifier: Apache-2.0
internal import CCrypto

/// Seals the categories of memory blocks for one peer, and opens what it sealed: AES-256-GCM under
/// the bare X25519 secret of both nodes, as nodes in the field do it (sym from 0.3.4 on).
///
/// Everything else of a block stays readable, and the secret is the same for ever: this is for
/// talking to such nodes over plaintext links, and no substitute for a secure link.
package struct CMBSeal: Sendable {
  static let nonceCount = Int(TM_GCM_NONCE)
  static let tagCount = Int(TM_GCM_TAG)
  /// What precedes the 32 bytes of an X25519 key in a SubjectPublicKeyInfo (RFC 8410 §4).
  private static let infoPrefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00,
  ]

  private let secret: Key32
  private let nonceSeed: Key32
  private var counter: UInt64 = 0

  /// What seals between the holder of `identity` and the peer of that handshake key.
  ///
  /// `nonceSeed` is 32 random bytes drawn for this connection alone. `nil` where `peerKey` is not
  /// an X25519 key of a large order.
  package init?(identity: Identity, peerKey: String, nonceSeed: Key32) {
    guard let bytes = ByteText.bytes(base64: peerKey.utf8) else { return nil }
    let isInfo = bytes.count == 44 && bytes.starts(with: Self.infoPrefix)
    guard let peer = Key32(isInfo ? bytes[12...] : bytes[...]),
      let shared = Self.keyPair(of: identity).sharedSecret(with: peer)
    else { return nil }
    (secret, self.nonceSeed) = (shared, nonceSeed)
  }

  /// What the holder of `identity` puts into its handshake: base64 of a SubjectPublicKeyInfo.
  package static func publicKey(of identity: Identity) -> String {
    ByteText.base64(infoPrefix + keyPair(of: identity).publicKey.bytes)
  }

  /// A key of its own, so that the one of secure links is used for nothing else.
  private static func keyPair(of identity: Identity) -> NoiseKeyPair {
    let seed = Blake2b.digest(Array("taumesh-e2e".utf8) + identity.seed.bytes, count: Key32.count)
    return NoiseKeyPair(privateKey: Key32(hashed: seed))
  }

  /// The block with its categories sealed; as it is when they are already.
  package mutating func seal(_ cmb: CMB, _ form: CMB.Form) -> CMB {
    guard let categories = cmb.categories else { return cmb }
    var text = JSONWriter()
    text.object { categories.write(form, &$0) }
    let nonce = nextNonce()
    var sealed = [UInt8](repeating: 0, count: text.bytes.count + Self.tagCount)
    guard tm_gcm_seal(secret.bytes, nonce, nil, 0, text.bytes, text.bytes.count, &sealed) == 0
    else { return cmb }
    var copy = cmb
    copy.content = .sealed(sealed, nonce: nonce)
    return copy
  }

  /// The block with its categories in the clear; `nil` when this peer did not seal it for us.
  package func open(_ cmb: CMB) -> CMB? {
    guard case .sealed(let sealed, let nonce) = cmb.content else { return cmb }
    guard sealed.count > Self.tagCount, nonce.count == Self.nonceCount else { return nil }
    var text = [UInt8](repeating: 0, count: sealed.count - Self.tagCount)
    guard tm_gcm_open(secret.bytes, nonce, nil, 0, sealed, sealed.count, &text) == 0 else {
      return nil
    }
    let limits = JSONLimits(textBytes: text.count, arenaBytes: 128 << 10)
    let categories: CMBCategories?
    do throws(JSONFailure) {
      categories = try JSONDocument.read(text, limits: limits) { root in
        do throws(FrameFailure) { return try CMBCategories(reading: root) } catch { return nil }
      }
    } catch { return nil }
    guard let categories else { return nil }
    var copy = cmb
    copy.content = .clear(categories)
    return copy
  }

  /// Never the same twice: a hash of this connection's seed and a counter.
  private mutating func nextNonce() -> [UInt8] {
    counter += 1
    let count = counter
    let bytes = nonceSeed.bytes + (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) }
    return Array(Blake2b.digest(bytes, count: 16).prefix(Self.nonceCount))
  }
}
