// SPDX-License-Identifier: Apache-2.0

/// How a peer speaks, decided once for each connection from the peer's handshake.
///
/// One row for each published form of the protocol; nothing else looks at versions.
///
/// | dialect     | nodes              | memory       | state-sync | mood  | its silence |
/// |-------------|--------------------|--------------|------------|-------|-------------|
/// | `original`  | MMP 0.2.0          | memory-share | yes        | frame | 15 s        |
/// | `flat`      | sym 0.3.4 to 0.10  | cmb, fields  | no         | in cmb | 120 s      |
/// | `sectioned` | sym from 0.11 on   | cmb          | no         | in cmb | 120 s      |
/// | `taumesh`   | Taumesh            | both         | yes        | frame | 15 s        |
package enum Dialect: Equatable, Sendable {
  case original, flat, sectioned, taumesh

  /// What a node speaks that introduces itself so.
  package init(_ handshake: Handshake) {
    if handshake.taumesh != nil {
      self = .taumesh
    } else if handshake.room != nil {
      self = .sectioned
    } else {
      let isOriginal =
        handshake.version == nil && handshake.publicKey == nil && handshake.e2ePublicKey == nil
      self = isOriginal ? .original : .flat
    }
  }

  /// Whether its nodes tell their cognitive state; of others the drift is unknown.
  package var tellsState: Bool { self == .original || self == .taumesh }

  /// Whether its nodes wait two minutes for a silent peer, and so are waited for as long.
  package var isPatient: Bool { self == .flat || self == .sectioned }

  /// Whether its nodes are better off without a frame of this kind.
  package func reads(_ frame: Frame) -> Bool {
    switch frame {
    case .stateSync, .memoryShare, .mood: tellsState
    case .cmb, .cmbFetch, .cmbFetchResult: self != .original
    case .handshake, .peerInfo, .message, .wakeChannel, .ping, .pong, .error: true
    case .owner: self == .taumesh
    case .wake: self == .original || self == .taumesh
    case .unknown: self == .taumesh
    }
  }

  /// How its nodes read memory blocks.
  package var form: CMB.Form { self == .flat ? .flat : .sectioned }

  package var text: String {
    switch self {
    case .original: "mmp-0.2.0"
    case .flat: "mmp-0.2.3"
    case .sectioned: "sym"
    case .taumesh: "taumesh"
    }
  }
}
