// SPDX-License-Identifier: Apache-2.0

internal import CAvahi
internal import CSystem

/// Discovery on the local network: publishes this node as `_sym._tcp` and follows the others.
///
/// Further services, such as those of groups, come and go beside it.
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

  /// A service of a further type, as somebody publishes it; nothing of it is proved.
  package struct Service: Equatable {
    /// The number that `follow` gave.
    package let type: Int
    /// The TXT record as it is on the wire, at most 400 bytes.
    package let text: [UInt8]
    package let hostName: String
    package let address: SocketAddress
    /// The index of the interface it was found on.
    package let interface: Int32
  }

  /// What became of a further service of this node.
  package enum Outcome: Equatable {
    case published
    /// Another machine publishes under its name; tried again later.
    case collision
    case failed(reason: String)
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
    /// A service of a further type appeared or changed, on one interface and address family.
    case serviceFound(Service)
    case serviceLost(Service)
    /// News of the further service whose number `publish` gave.
    case service(Int, Outcome)
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

  /// Publishes a further service; `text` is its TXT record as on the wire.
  ///
  /// - Returns: Its number; nil when there are too many.
  package func publish(instance: String, type: String, text: [UInt8], port: UInt16) -> Int? {
    guard let handle else { return nil }
    let number = tm_mdns_publish(handle, instance, type, text, text.count, port)
    return number < 0 ? nil : Int(number)
  }

  /// Says goodbye for a further service.
  package func withdraw(_ publication: Int) {
    if let handle { tm_mdns_withdraw(handle, Int32(publication)) }
  }

  /// Follows the services of a further type.
  ///
  /// - Returns: Its number; nil when there are too many.
  package func follow(type: String) -> Int? {
    guard let handle else { return nil }
    let number = tm_mdns_follow(handle, type)
    return number < 0 ? nil : Int(number)
  }

  /// Follows no more services of a further type; those that were found are lost.
  package func unfollow(_ type: Int) {
    if let handle { tm_mdns_unfollow(handle, Int32(type)) }
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
    let kind = tm_mdns_kind(UInt32(event.kind))
    if event.publication > 0, let outcome = MDNS.Outcome(kind, event) {
      self = .service(Int(event.publication), outcome)
      return
    }
    switch kind {
    case TM_MDNS_FOUND where event.type > 0: self = .serviceFound(MDNS.Service(event))
    case TM_MDNS_LOST where event.type > 0: self = .serviceLost(MDNS.Service(event))
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
    address = MDNS.address(event)
  }
}

extension MDNS.Service {
  fileprivate init(_ event: tm_mdns_event) {
    (type, interface) = (Int(event.type), event.interface)
    hostName = MDNS.text(event.host_name)
    address = MDNS.address(event)
    text = withUnsafeBytes(of: event.text) { Array($0.prefix(Int(event.text_size))) }
  }
}

extension MDNS.Outcome {
  fileprivate init?(_ kind: tm_mdns_kind, _ event: tm_mdns_event) {
    switch kind {
    case TM_MDNS_PUBLISHED: self = .published
    case TM_MDNS_COLLISION: self = .collision
    case TM_MDNS_FAILURE: self = .failed(reason: MDNS.text(event.message))
    default: return nil
    }
  }
}

extension MDNS {
  /// Where the service of an event is.
  fileprivate static func address(_ event: tm_mdns_event) -> SocketAddress {
    // A link-local address means something only together with its interface.
    let isLinkLocal =
      event.is_ipv6 == 1 && event.address.0 == 0xfe && event.address.1 & 0xc0 == 0x80
    return withUnsafeBytes(of: event.address) {
      SocketAddress(
        bytes: $0, scope: isLinkLocal ? UInt32(event.interface) : 0, port: event.port,
        isIPv6: event.is_ipv6 == 1)
    }
  }

  /// The text in a fixed array of characters, up to its zero.
  fileprivate static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { bytes in
      String(decoding: bytes[..<(bytes.firstIndex(of: 0) ?? bytes.count)], as: UTF8.self)
    }
  }
}
