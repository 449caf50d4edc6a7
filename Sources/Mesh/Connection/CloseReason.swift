// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Why a connection with a peer came to its end.
package enum CloseReason: Equatable, Sendable, CustomStringConvertible {
  case link(LinkFailure)
  case framing(FramingFailure)
  /// Neither `TAU1` nor the length of a frame.
  case notMesh(firstByte: UInt8)
  case plaintextRefused
  case handshakeTimeout
  case silent(nanoseconds: Int64)
  case expectedHandshake(found: String)
  case badHandshake(FrameFailure)
  /// The handshake names another node than the link proved, or none.
  case identity(claimed: String)
  case noSummary
  case room(String)
  case ourselves
  /// The peer does not read what it is sent.
  case stalled
  case refused(PeerTable.Refusal)
  /// A newer connection with the same node took its place.
  case replaced
  case tooManyConnections
  /// The relay did not carry everything.
  case relayGap
  /// Its handshake was under way while the owner replaced the secret.
  case secretReplaced
  case peerClosed
  case stopping

  package var description: String {
    switch self {
    case .link(let failure): failure.description
    case .framing(let failure): failure.description
    case .notMesh(let byte): "neither a Taumesh link nor MMP: first byte \(byte)"
    case .plaintextRefused: "plaintext MMP, which `allow-plaintext` does not permit"
    case .handshakeTimeout: "no handshake within the time allowed"
    case .silent(let nanoseconds): "nothing heard for \(nanoseconds / 1_000_000_000) s"
    case .expectedHandshake(let found): "first frame is \(found), expected handshake"
    case .badHandshake(let failure): "unusable handshake: \(failure.description)"
    case .identity(let claimed): "handshake of node \(claimed), which this peer is not"
    case .noSummary: "handshake without `taumesh`, or with another boot than the link's"
    case .room(let room): "peer is in room \(room)"
    case .ourselves: "connected to this node itself"
    case .stalled: "peer does not read what it is sent"
    case .refused(let reason): reason.description
    case .replaced: "replaced by a newer connection with the same node"
    case .secretReplaced: "handshake with a mesh secret that has just been replaced"
    case .tooManyConnections: "too many connections"
    case .relayGap: "the relay dropped a part of the link"
    case .peerClosed: "peer closed the connection"
    case .stopping: "node is stopping"
    }
  }
}

extension CloseReason {
  /// What the peer is told before the connection closes; nil where the protocol has no code.
  var errorFrame: ErrorFrame? {
    switch self {
    case .framing: ErrorFrame(.frameTooLarge, description)
    case .handshakeTimeout: ErrorFrame(.handshakeTimeout, description)
    case .refused(.duplicate), .replaced: ErrorFrame(.duplicateNode, description)
    default: nil
    }
  }
}
