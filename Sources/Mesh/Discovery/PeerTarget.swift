// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Where a peer may be reached.
package struct PeerEndpoint: Equatable, Sendable {
  /// The port of a node behind a relay, where it has none: `host` is what it calls itself there.
  package static let relayPort: UInt16 = 0

  /// A name or an address as text.
  package var host: String
  package var port: UInt16
  /// Whether to open with the secure link, as for every Taumesh node.
  package var isSecure: Bool

  package init(host: String, port: UInt16, isSecure: Bool = true) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
  }
}

/// A node that mDNS showed.
package struct FoundPeer: Equatable, Sendable {
  package var nodeID: NodeID
  /// An address as text.
  package var address: String
  package var port: UInt16
  /// The mesh it says it belongs to; `nil` for a node that is not Taumesh.
  package var meshID: String?

  package init(nodeID: NodeID, address: String, port: UInt16, meshID: String?) {
    self.nodeID = nodeID
    self.address = address
    self.port = port
    self.meshID = meshID
  }
}

/// One place worth dialing and how far that has come.
struct PeerTarget: Sendable {
  enum State: Equatable, Sendable {
    /// Not being dialed; due at the time given, nanoseconds.
    case waiting(Int64)
    case dialing
    /// A connection we dialed stands since then, nanoseconds.
    case connected(Int64)
    /// Turned out to be ourselves.
    case ourselves
  }

  var endpoint: PeerEndpoint
  /// Known from mDNS, or since the first handshake with a configured peer.
  var nodeID: NodeID?
  /// The name that mDNS shows it by, whoever it then turned out to be; `nil` if configured.
  var announcedID: NodeID?
  let isConfigured: Bool
  var state: State
  /// Dials since the last one that stood for 30 s.
  var attempts = 0
  /// Whether the next dial tries the mesh secret before the current one: the last one with the
  /// current secret was not answered.
  var usesPrevious = false
  /// mDNS has said goodbye while the connection stood: forgotten when that ends too.
  var isLost = false
}
