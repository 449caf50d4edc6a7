// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What a node needs to know to take part in its mesh.
package struct PeeringSettings: Sendable {
  package var connection: ConnectionSettings
  /// Peers to dial whatever mDNS shows.
  package var configured: [PeerEndpoint]
  /// Most peers, by profile.
  package var capacity: Int
  /// Own channels.
  package var channels: Int
  package var rate: PulseRate
  /// Nodes met on secure links before this start.
  package var secureNodes: [NodeID] = []
  /// What this node says of itself to all others; `nil` for nothing.
  package var description: PeerDescription?
  /// Of the newest card it signed before this start.
  package var cardSequence: UInt64 = 0
  /// Nodes known before this start.
  package var known: [PeerRecord] = []
  /// How long a node that is away is remembered, milliseconds.
  package var timeToLive = PeerDirectory.usualTimeToLive
  /// Whether nodes without secure links are told how others can be woken.
  package var tellsWakeChannels = false
  /// What the owner of the mesh has said before this start; `nil` for nothing.
  package var ledger: OwnerLedger?
  /// Any random number; spreads retries.
  package var jitterSeed: UInt64

  package init(
    connection: ConnectionSettings, configured: [PeerEndpoint], capacity: Int, channels: Int,
    rate: PulseRate, jitterSeed: UInt64
  ) {
    self.connection = connection
    self.configured = configured
    self.capacity = capacity
    self.channels = channels
    self.rate = rate
    self.jitterSeed = jitterSeed
  }

  /// Nodes remembered: those of a mesh larger than this node links with, too.
  var directoryCapacity: Int { 4 * capacity + 64 }

  /// Connections that may stand at once: those of the peers and a few not yet known.
  var connectionCapacity: Int { capacity + 8 }
}

/// Random bytes for one connection, drawn for it alone.
package struct ConnectionSeed: Sendable {
  package var ephemeral: Key32
  package var session: UInt32

  package init(ephemeral: Key32, session: UInt32) {
    self.ephemeral = ephemeral
    self.session = session
  }
}

/// Connections that came to nothing and frames that meant nothing, since the start.
package struct PeeringCounters: Equatable, Sendable {
  /// Bytes that are neither a Taumesh link nor MMP, or cannot be followed.
  package var garbage: UInt64 = 0
  /// Peers with another mesh id or secret.
  package var otherMesh: UInt64 = 0
  /// Links broken by bytes that were changed, or by an identity that was not proved.
  package var unauthentic: UInt64 = 0
  /// Nodes that were members once: revoked, with a replaced key, or with the old secret alone.
  package var revoked: UInt64 = 0
  package var plaintextRefused: UInt64 = 0
  /// Peers that said nothing, or nothing more, in time.
  package var timeouts: UInt64 = 0
  package var badHandshakes: UInt64 = 0
  package var badFrames: UInt64 = 0
  package var tooMany: UInt64 = 0

  mutating func count(_ reason: CloseReason) {
    switch reason {
    case .notMesh, .framing: garbage += 1
    case .link(let failure): count(failure)
    case .plaintextRefused: plaintextRefused += 1
    case .handshakeTimeout, .silent, .stalled, .relayGap: timeouts += 1
    case .expectedHandshake, .badHandshake, .identity, .noSummary, .room: badHandshakes += 1
    case .tooManyConnections: tooMany += 1
    case .ourselves, .refused, .replaced, .secretReplaced, .peerClosed, .stopping: break
    }
  }

  private mutating func count(_ failure: LinkFailure) {
    switch failure {
    case .otherMesh, .closedInHandshake: otherMesh += 1
    case .magic, .handshakeLength, .recordLength: garbage += 1
    case .handshake, .hello, .stolenIdentity, .epoch, .record, .recordType, .keyOverused:
      unauthentic += 1
    case .oldEpoch, .revoked, .oldSecret: revoked += 1
    case .ownNode, .unread, .truncated, .closed, .exhausted: break
    }
  }
}
