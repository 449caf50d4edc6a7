// SPDX-License-Identifier: Apache-2.0

internal import CAvahi
internal import CSystem

/// Discovery on the local network: publishes this node as `_sym._tcp` and follows the others.
///
/// The node speaks multicast DNS (RFC 6762, RFC 6763) itself, under a host name of its own, beside
/// whatever responder the machine runs. Without a network it says so once and goes on by itself.
package final class MDNS {
  /// What this node publishes.
  package struct Announcement {
    /// Also the name of the published service.
    package var nodeID: String
    package var nodeName: String
    /// The identity's public key as base64url.
    package var publicKey: String
    package var meshID: String
    /// The TCP port; 0 publishes nothing and only follows.
    package var port: UInt16

    package init(
      nodeID: String, nodeName: String, publicKey: String, meshID: String, port: UInt16
    ) {
      (self.nodeID, self.nodeName, self.publicKey) = (nodeID, nodeName, publicKey)
      (self.meshID, self.port) = (meshID, port)
    }

    /// The node's own host name: never the machine's, which belongs to its responder.
    package var hostName: String { "taumesh-" + nodeID.prefix(8) }

    var text: String {
      "node-id=\(nodeID)\nnode-name=\(nodeName)\npublic-key=\(publicKey)\n"
        + "hostname=\(hostName)\ntaumesh=1\nmesh=\(meshID)"
    }
  }

  /// A node as it publishes itself; nothing of it is proved.
  package struct Node: Equatable {
    package let nodeID: String
    package let nodeName: String
    package let publicKey: String
    package let hostName: String
    /// Nil for a node that is no Taumesh node.
    package let meshID: String?
    package let isTaumesh: Bool
    package let address: SocketAddress
    /// The index of the interface it was found on.
    package let interface: Int32
  }

  /// What happened on the network.
  package enum Event: Equatable {
    /// A node appeared or changed, on one interface and address family.
    case found(Node)
    /// A node took its leave or was not heard for the lifetime of its records.
    case lost(Node)
    case published
    /// Another machine holds this node's identity; tried again later.
    case collision
    case failed(reason: String)
    case noNetwork
    case networkReturned
    /// More services than are followed; the rest follows when room is made.
    case full
  }

  private let reactor: Reactor
  private let events: UnsafeMutablePointer<tm_mdns_event>
  private var handle: OpaquePointer?
  private var watch: Watch?

  /// Starts to publish and to follow up to `capacity` services.
  ///
  /// A node counts once per interface and address family. Everything that goes wrong later is
  /// told to `handler`, once, and tried again.
  package init(
    reactor: Reactor, _ announcement: Announcement, capacity: Int,
    _ handler: @escaping (Event) -> Void
  ) throws(SystemError) {
    self.reactor = reactor
    events = .allocate(capacity: 1)
    handle = MDNS.open(announcement, capacity)
    guard let handle else { throw SystemError.last("start", "mDNS") }
    watch = try reactor.watch(tm_mdns_descriptor(handle), for: .readable) { _ in
      self.process(handler)
    }
  }

  deinit {
    if let handle { tm_mdns_close(handle) }
    events.deallocate()
  }

  /// Says goodbye and stops.
  package func close() {
    if let watch { reactor.unwatch(watch) }
    if let handle { tm_mdns_close(handle) }
    (watch, handle) = (nil, nil)
  }

  private static func open(_ announcement: Announcement, _ capacity: Int) -> OpaquePointer? {
    let name = announcement.hostName
    return name.withCString { name in
      announcement.nodeID.withCString { instance in
        announcement.text.withCString { text in
          "_sym._tcp".withCString { type in
            var config = tm_mdns_config(
              host_name: name, instance: instance, type: type, text: text,
              port: announcement.port, capacity: Int32(capacity))
            return tm_mdns_open(&config)
          }
        }
      }
    }
  }

  private func process(_ handler: (Event) -> Void) {
    guard let handle else { return }
    tm_mdns_process(handle)
    // The handler may close: then `handle` is nil and the pointer is no longer valid.
    while let handle = self.handle, tm_mdns_next(handle, events) == 1 {
      if let event = Event(events.pointee) { handler(event) }
    }
  }
}

extension MDNS.Event {
  fileprivate init?(_ event: tm_mdns_event) {
    switch tm_mdns_kind(UInt32(event.kind)) {
    case TM_MDNS_FOUND: self = .found(MDNS.Node(event))
    case TM_MDNS_LOST: self = .lost(MDNS.Node(event))
    case TM_MDNS_PUBLISHED: self = .published
    case TM_MDNS_COLLISION: self = .collision
    case TM_MDNS_FAILURE: self = .failed(reason: MDNS.text(event.message))
    case TM_MDNS_NO_NETWORK: self = .noNetwork
    case TM_MDNS_NETWORK: self = .networkReturned
    case TM_MDNS_FULL: self = .full
    default: return nil
    }
  }
}

extension MDNS.Node {
  fileprivate init(_ event: tm_mdns_event) {
    nodeID = MDNS.text(event.node_id)
    nodeName = MDNS.text(event.node_name)
    publicKey = MDNS.text(event.public_key)
    hostName = MDNS.text(event.host_name)
    isTaumesh = event.taumesh.0 != 0
    meshID = event.mesh.0 != 0 ? MDNS.text(event.mesh) : nil
    interface = event.interface
    // A link-local address means something only together with its interface.
    let isLinkLocal =
      event.is_ipv6 == 1 && event.address.0 == 0xfe && event.address.1 & 0xc0 == 0x80
    address = withUnsafeBytes(of: event.address) {
      SocketAddress(
        bytes: $0, scope: isLinkLocal ? UInt32(event.interface) : 0, port: event.port,
        isIPv6: event.is_ipv6 == 1)
    }
  }
}

extension MDNS {
  /// The text in a fixed array of characters, up to its zero.
  fileprivate static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { bytes in
      String(decoding: bytes[..<(bytes.firstIndex(of: 0) ?? bytes.count)], as: UTF8.self)
    }
  }
}
