// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What all connections of a node have in common.
package struct ConnectionSettings: Sendable {
  package var identity: Identity
  package var key: MeshKey
  /// What the owner of the mesh has said of peers.
  package var trust = LinkTrust()
  /// What the node tells everyone first; its `taumesh` goes to Taumesh nodes alone.
  package var handshake: Handshake
  /// Where this node wants pulses; 0 for nowhere.
  package var udpPort: UInt16
  package var frames: FrameLimits
  package var link = SecureLink.Limits()
  /// Whether nodes without a secure link may connect, as a separate class.
  package var allowPlaintext = false
  /// Whether memory blocks are sealed for plaintext peers that name a key for it.
  package var sealsBlocks = true
  /// Time until the peer's handshake must be there, nanoseconds.
  package var handshakeTimeout = 10 * Nanoseconds.second
  /// Silence after which the peer is pinged, nanoseconds.
  package var pingAfter = 5 * Nanoseconds.second
  /// Silence after which a Taumesh node (and an MMP 0.2.0 node) is given up, nanoseconds.
  package var silence = 15 * Nanoseconds.second
  /// The same for nodes that themselves wait this long, nanoseconds.
  package var foreignSilence = 120 * Nanoseconds.second

  package init(
    identity: Identity, key: MeshKey, handshake: Handshake, udpPort: UInt16,
    frames: FrameLimits
  ) {
    self.identity = identity
    self.key = key
    self.handshake = handshake
    self.udpPort = udpPort
    self.frames = frames
  }

  func hello(pulseSession: SessionID) -> LinkHello {
    LinkHello(
      publicKey: identity.publicKey, epoch: identity.epoch, boot: handshake.taumesh?.boot ?? 0,
      pulseSession: pulseSession, udpPort: udpPort, certificate: identity.certificate)
  }
}
