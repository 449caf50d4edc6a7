// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// Announces the node with mDNS and tells of others, each at the best of its addresses.
final class MeshDiscovery {
  /// Services followed at most; a node counts once per interface and address family.
  static let capacity = 256

  /// What became of a node that is seen, or no longer seen.
  enum Change {
    case found(FoundPeer)
    case lost(NodeID)
  }

  private struct Sighting {
    let nodeID: NodeID
    let node: MDNS.Node
  }

  private let log: Log
  /// Which addresses this node's sockets reach.
  private let own: SocketAddress
  private(set) var mdns: MDNS?
  /// Hears of services of further types.
  var onService: ((MDNS.Event) -> Void)?
  private var sightings: [Sighting] = []
  private let tell: (Change) -> Void

  /// Starts to announce and to follow; without a network that waits until there is one.
  init(
    reactor: Reactor, _ announcement: MDNS.Announcement, own: SocketAddress, log: Log,
    _ tell: @escaping (Change) -> Void
  ) throws(SystemError) {
    (self.log, self.own, self.tell) = (log, own, tell)
    mdns = try MDNS(reactor: reactor, announcement, capacity: Self.capacity) { self.take($0) }
  }

  func close() {
    mdns?.close()
    mdns = nil
  }

  private func take(_ event: MDNS.Event) {
    switch event {
    case .found(let node): found(node)
    case .lost(let node): lost(node)
    case .published: log.info("discovery", "announced on the local network")
    case .collision: log.error("discovery", "another machine announces this node's identity")
    case .failed(let reason): log.warning("discovery", reason)
    case .noNetwork: log.warning("discovery", "no network with multicast; waiting for one")
    case .networkReturned: log.info("discovery", "network is back")
    case .full: log.warning("discovery", "more than \(Self.capacity) services announced here")
    case .serviceFound, .serviceLost, .service: onService?(event)
    }
  }

  private func found(_ node: MDNS.Node) {
    guard let nodeID = NodeID(node.nodeID) else { return }
    sightings.removeAll { $0.nodeID == nodeID && isSamePlace($0.node, node) }
    guard sightings.count < Self.capacity else { return }
    sightings.append(Sighting(nodeID: nodeID, node: node))
    tellBest(of: nodeID)
  }

  private func lost(_ node: MDNS.Node) {
    guard let nodeID = NodeID(node.nodeID) else { return }
    sightings.removeAll { $0.nodeID == nodeID && isSamePlace($0.node, node) }
    tellBest(of: nodeID)
  }

  private func isSamePlace(_ one: MDNS.Node, _ other: MDNS.Node) -> Bool {
    one.interface == other.interface && one.address.isIPv6 == other.address.isIPv6
  }

  /// IPv4 before IPv6: a link-local address works on one interface only.
  ///
  /// Never an address that this node's sockets do not reach: its stream would stand, and its
  /// pulses go nowhere.
  private func tellBest(of nodeID: NodeID) {
    let seen = sightings.filter { $0.nodeID == nodeID && own.reaches($0.node.address) }
    guard let best = seen.first(where: { !$0.node.address.isIPv6 }) ?? seen.first else {
      return tell(.lost(nodeID))
    }
    let (node, address) = (best.node, best.node.address)
    tell(
      .found(
        FoundPeer(
          nodeID: nodeID, address: address.host, port: address.port,
          meshID: node.isTaumesh ? node.meshID : nil)))
  }
}
