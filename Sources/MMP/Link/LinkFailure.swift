// SPDX-License-Identifier: Apache-2.0

/// Why a secure link came to its end.
package enum LinkFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The stream does not begin with `TAU1`.
  case magic
  /// A handshake message of a length that this message never has.
  case handshakeLength(message: Int, found: Int)
  /// The first message was not made with our mesh id and secret.
  case otherMesh
  /// A later message does not fit what was said before.
  case handshake(message: Int)
  case hello(LinkHelloError)
  /// The peer showed an identity whose key it does not hold.
  case stolenIdentity(claimed: NodeID)
  /// A key after the first one of a node, without the owner's certificate for it.
  case epoch(UInt32)
  /// A key that a newer one of the same node has replaced.
  case oldEpoch(UInt32, newest: UInt32)
  /// The owner has taken the peer out of the mesh.
  case revoked(NodeID)
  /// Only the mesh secret before the current one, from a node that was not known before.
  case oldSecret(NodeID)
  /// The peer is this node itself.
  case ownNode
  case recordLength(Int)
  /// A record that was changed, repeated, left out or reordered.
  case record
  case recordType(UInt8)
  /// The peer sealed more records under one key than it may.
  case keyOverused
  /// What was received was not pulled.
  case unread(Int)
  /// The peer closed the stream before the handshake was through.
  case closedInHandshake
  /// The peer closed the stream inside a record.
  case truncated
  /// The peer closed the stream between two records.
  case closed
  /// This side has sealed all it may; never reached before 2^64 − 1 records.
  case exhausted

  package var description: String {
    switch self {
    case .magic: "not a Taumesh link: expected TAU1"
    case .handshakeLength(let message, let found):
      "handshake message \(message) of \(found) bytes, which it never has"
    case .otherMesh: "peer has another mesh id or mesh secret"
    case .handshake(let message): "handshake message \(message) failed authentication"
    case .hello(let error): "handshake carried a \(error)"
    case .stolenIdentity(let claimed): "peer claims node \(claimed) without holding its key"
    case .epoch(let epoch): "peer uses key epoch \(epoch) without the owner's certificate"
    case .oldEpoch(let epoch, let newest): "peer uses key epoch \(epoch), replaced by \(newest)"
    case .revoked(let nodeID): "node \(nodeID) has been revoked"
    case .oldSecret(let nodeID): "unknown node \(nodeID) has only the old mesh secret"
    case .ownNode: "connected to this node itself"
    case .recordLength(let count): "record of \(count) bytes, expected 18 to 16384"
    case .record: "record failed authentication"
    case .recordType(let type): "record of unknown type \(type)"
    case .keyOverused: "peer did not change its key in time"
    case .unread(let count): "\(count) received bytes were not taken"
    case .closedInHandshake:
      "peer closed during the handshake: another mesh id or secret, or not a Taumesh node?"
    case .truncated: "peer closed inside a record"
    case .closed: "peer closed the link"
    case .exhausted: "link has sealed all the records it may"
    }
  }
}

/// Why `SecureLink.send` took nothing of a payload.
package enum LinkSendError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The handshake is not through, or the link has failed.
  case notOpen
  /// The peer does not read: so much would wait, more than the limit.
  case full(waiting: Int, limit: Int)
  /// The link failed in this call.
  case failed(LinkFailure)

  package var description: String {
    switch self {
    case .notOpen: "link is not open"
    case .full(let waiting, let limit): "\(waiting) bytes would wait, more than \(limit)"
    case .failed(let failure): failure.description
    }
  }
}
