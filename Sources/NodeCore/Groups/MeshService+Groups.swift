// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// What groups need of the mesh: the local network, and connections with members that announce
/// themselves as members alone.
extension MeshService {
  /// The node's voice on the local network; nil where it has none.
  var localNetwork: MDNS? { discovery?.mdns }

  /// Hears of services of groups; to be set once the mesh has started.
  var onGroupService: ((MDNS.Event) -> Void)? {
    get { discovery?.onService }
    set { discovery?.onService = newValue }
  }

  /// Dials a member by its service; who it is its handshake tells.
  func foundMember(_ instance: String, at address: SocketAddress) {
    peering.found(
      FoundPeer(
        nodeID: NodeID(foreign: instance), address: address.host, port: address.port, meshID: nil),
      at: reactor.now)
    pump()
  }

  func lostMember(_ instance: String) {
    peering.lost(NodeID(foreign: instance), at: reactor.now)
    pump()
  }
}
