// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Who is at the other end of an established connection.
package struct PeerSummary: Equatable, Sendable {
  package var nodeID: NodeID
  package var handshake: Handshake
  package var isOutbound: Bool
  /// What the secure link brought; `nil` for a plaintext peer, which gets no pulses and has no
  /// influence on the mesh state.
  package var link: Link?

  package struct Link: Equatable, Sendable {
    package var identity: PeerIdentity
    package var hello: LinkHello
    package var keys: PulseKeys
  }

  package var isSecure: Bool { link != nil }
  package var name: String { handshake.name }
  package var dialect: Dialect { handshake.dialect }
}
