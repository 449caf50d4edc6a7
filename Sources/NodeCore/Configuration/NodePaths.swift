// SPDX-License-Identifier: Apache-2.0

/// Where a node keeps its files: the system's directories, or all of them under `--state DIR`.
package struct NodePaths: Equatable {
  package var configuration: String
  package var state: String
  package var socket: String
  package var meshKey: String

  /// /etc/taumesh, /var/lib/taumesh and /run/taumesh.
  package static let system = NodePaths(
    configuration: "/etc/taumesh/taumesh.yaml", state: "/var/lib/taumesh",
    socket: "/run/taumesh/node.sock", meshKey: "/etc/taumesh/mesh.key")

  /// Everything under one directory, so that several nodes can live on one machine.
  package static func under(_ directory: String) -> NodePaths {
    NodePaths(
      configuration: "\(directory)/taumesh.yaml", state: directory,
      socket: "\(directory)/node.sock", meshKey: "\(directory)/mesh.key")
  }

  package var identity: String { "\(state)/identity.key" }

  /// What HTTP and WebSocket clients must carry; made when it is first needed.
  package var surfaceToken: String { "\(state)/surface.token" }

  /// Who the relay of this machine is, and whom it has met.
  package var relayIdentity: String { "\(state)/relay.key" }
  package var relayDirectory: String { "\(state)/relay.json" }

  /// What a node writes when it stops and reads when it starts: slow integrators, seen peers.
  package var memory: String { "\(state)/state.json" }

  /// What the owner of the mesh has said; holds secrets.
  package var trust: String { "\(state)/trust.json" }
  /// What the node remembers; written when it stops.
  package var memories: String { "\(state)/memories.json" }
  /// The groups the node is in, with their tokens.
  package var groups: String { "\(state)/groups.json" }

  /// What `taumesh calibrate` writes.
  package var calibrations: String { "\(state)/calibration" }
}
