// SPDX-License-Identifier: Apache-2.0

/// Something the owner of a mesh has decided, signed, so that members can hand it on.
///
/// On the wire: version 1 and kind in a byte each, time of issue u64, the kind's body, signature
/// (64 bytes), numbers big-endian. The signature is Ed25519 over "taumesh-owner-statement", the
/// mesh id behind its length in one byte, and all before the signature: a statement for one mesh
/// means nothing in another.
package struct OwnerStatement: Equatable, Sendable {
  package enum Content: Equatable, Sendable {
    /// The mesh is the owner's: Ed25519 public key (32).
    case binding(owner: Key32)
    /// A later key of a node: nodeId (16), epoch u32 from 1 on, key (32).
    case certificate(NodeID, epoch: UInt32, key: Key32)
    /// A node that is no member any more, for ever: nodeId (16).
    case revocation(NodeID)
    /// The next secret: flags u8, overlap in seconds u32, secret (32).
    case rotation(Rotation)
  }

  /// The secret of the mesh is replaced.
  package struct Rotation: Equatable, Sendable {
    package let secret: Key32
    /// How long from the time of issue the secret before opens links too, seconds.
    package let overlapSeconds: UInt32
    /// Whether the secret before opens links only for nodes met before: so after a revocation,
    /// since who is revoked still has that secret and could come under a new name.
    package let isGuarded: Bool

    package init(secret: Key32, overlapSeconds: UInt32, isGuarded: Bool) {
      self.secret = secret
      self.overlapSeconds = overlapSeconds
      self.isGuarded = isGuarded
    }
  }

  package static let maximumCount = 2 + 8 + 16 + 4 + 32 + 64
  private static let version: UInt8 = 1

  package let content: Content
  /// Milliseconds of the Unix epoch; of two rotations the later holds.
  package let issued: UInt64
  package let signature: [UInt8]

  init(_ content: Content, issued: UInt64, signature: [UInt8]) {
    (self.content, self.issued, self.signature) = (content, issued, signature)
  }

  /// Signs `content` for the mesh `meshID` as its owner.
  package init(_ content: Content, issued: UInt64, meshID: String, owner: Identity) {
    let unsigned = Self(content, issued: issued, signature: [])
    self.init(content, issued: issued, signature: owner.sign(unsigned.message(meshID)))
  }

  /// - Returns: `nil` for bytes of another length, version or kind.
  package init?(bytes: [UInt8]) {
    guard bytes.count > 74, bytes.count <= Self.maximumCount, bytes[0] == Self.version,
      let content = Self.content(bytes[1], bytes[10..<(bytes.count - 64)])
    else { return nil }
    self.init(content, issued: number(bytes[2..<10]), signature: [UInt8](bytes.suffix(64)))
  }

  package var bytes: [UInt8] { body + signature }

  /// Whether `owner` has signed this for the mesh `meshID`.
  package func isSigned(by owner: Key32, meshID: String) -> Bool {
    Identity.verify(signature, of: message(meshID), by: owner)
  }

  private func message(_ meshID: String) -> [UInt8] {
    let id = [UInt8](meshID.utf8)
    return [UInt8]("taumesh-owner-statement".utf8) + [UInt8(truncatingIfNeeded: id.count)] + id
      + body
  }

  private var body: [UInt8] {
    let start = [Self.version, kind] + bigEndian(issued)
    switch content {
    case .binding(let owner): return start + owner.bytes
    case .certificate(let node, let epoch, let key):
      return start + node.bytes + bigEndian(epoch) + key.bytes
    case .revocation(let node): return start + node.bytes
    case .rotation(let next):
      return start + [next.isGuarded ? 1 : 0] + bigEndian(next.overlapSeconds) + next.secret.bytes
    }
  }

  private var kind: UInt8 {
    switch content {
    case .binding: 1
    case .certificate: 2
    case .revocation: 3
    case .rotation: 4
    }
  }

  private static func content(_ kind: UInt8, _ body: ArraySlice<UInt8>) -> Content? {
    let node = NodeID(bytes: [UInt8](body.prefix(16)))
    guard let key = body.count < 32 ? Key32.zero : Key32(body.suffix(32)) else { return nil }
    switch (kind, body.count) {
    case (1, 32): return .binding(owner: key)
    case (2, 52):
      let epoch: UInt32 = number(body.dropFirst(16).prefix(4))
      return epoch == 0 ? nil : node.map { .certificate($0, epoch: epoch, key: key) }
    case (3, 16): return node.map { .revocation($0) }
    case (4, 37):
      guard body[body.startIndex] <= 1 else { return nil }
      return .rotation(
        Rotation(
          secret: key, overlapSeconds: number(body.dropFirst().prefix(4)),
          isGuarded: body[body.startIndex] == 1))
    default: return nil
    }
  }
}
