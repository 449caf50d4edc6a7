// SPDX-License-Identifier: Apache-2.0

/// The first frame each side of a connection sends: who it is and which dialect it speaks.
///
/// A superset of what every published MMP version sends; older nodes ignore what they do not
/// know. What only Taumesh nodes tell each other is in `taumesh`.
package struct Handshake: Equatable, Sendable {
  /// Identity as text, a UUID in every published implementation; 1 to 64 bytes.
  package var nodeID: String
  /// What people call the node; 1 to 64 bytes, no control characters.
  package var name: String
  /// MMP version, absent in 0.2.0.
  package var version: String?
  package var extensions: [String] = []
  /// The room, as versions from 0.11 call it.
  package var room: String?
  /// The same, as versions 0.2.1 to 0.2.3 call it.
  package var group: String?
  /// Ed25519 public key, base64url without padding.
  package var publicKey: String?
  /// X25519 public key for sealed memory blocks: base64, bare or as SubjectPublicKeyInfo.
  package var e2ePublicKey: String?
  package var lifecycleRole: String?
  package var taumesh: NodeSummary?

  package init(nodeID: String, name: String) {
    self.nodeID = nodeID
    self.name = name
  }

  /// The handshake of a Taumesh node, readable by every MMP dialect.
  package init(
    nodeID: String, name: String, room: String, publicKey: String?, taumesh: NodeSummary
  ) {
    self.init(nodeID: nodeID, name: name)
    version = "0.2.3"
    (self.room, group) = (room, room)
    self.publicKey = publicKey
    lifecycleRole = "participant"
    self.taumesh = taumesh
  }

  package var dialect: Dialect { Dialect(self) }
}

/// What a Taumesh node says of itself beyond MMP.
package struct NodeSummary: Equatable, Sendable {
  /// Name of its τ-profile: `zero`, `pi2`, `pi4`, `server` or `cloud`.
  package var profile: String
  /// Integration tick in milliseconds, more than 0.
  package var tickMilliseconds: Double
  /// Longest time between two of its pulses in milliseconds, more than 0 and at most 400.
  package var pulseIntervalMilliseconds: Double
  /// Version of its program.
  package var version: String
  /// Drawn anew at each start of the node.
  package var boot: UInt32
  /// Channels it measures, by name.
  package var inputs: [String]
  /// Outputs it drives, by name.
  package var outputs: [String]

  package init(
    profile: String, tickMilliseconds: Double, pulseIntervalMilliseconds: Double,
    version: String, boot: UInt32, inputs: [String] = [], outputs: [String] = []
  ) {
    self.profile = profile
    self.tickMilliseconds = tickMilliseconds
    self.pulseIntervalMilliseconds = pulseIntervalMilliseconds
    self.version = version
    self.boot = boot
    self.inputs = inputs
    self.outputs = outputs
  }
}
