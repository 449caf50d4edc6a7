// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// The messages of the relay protocol (MMP 0.2.0 §1.3, as sym-relay 0.1.2 speaks it).
enum RelayMessage {
  /// What a message that is read, rather than forwarded, may cost.
  static let limits = JSONLimits(textBytes: RelayServer.messageLimit, arenaBytes: 8 << 20)
  /// Longest list of peers sent, bytes, but for its last entry.
  static let listBytes = 768 << 10

  static let ping = Array("{\"type\":\"relay-ping\"}".utf8)
  static let pong = Array("{\"type\":\"relay-pong\"}".utf8)

  static func error(_ message: StaticString) -> [UInt8] {
    object("relay-error") { $0.field("message", message.description) }
  }

  /// `relay-peer-joined` or `relay-peer-left`.
  static func peer(_ type: StaticString, nodeID: String, name: String) -> [UInt8] {
    object(type) { message in
      message.field("nodeId", nodeID)
      message.field("name", name)
    }
  }

  /// What stands before a payload that is forwarded.
  static func prefix(nodeID: String, name: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { message in
      message.field("from", nodeID)
      message.field("fromName", name)
      message.key("payload")
    }
    return Array(writer.bytes.dropLast())
  }

  /// What stands before a payload for `nodeID`, or for everyone.
  static func prefix(to nodeID: String?) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { message in
      if let nodeID { message.field("to", nodeID) }
      message.key("payload")
    }
    return Array(writer.bytes.dropLast())
  }

  /// A payload, byte for byte, behind its prefix.
  static func envelope(_ prefix: [UInt8], _ payload: UnsafeRawBufferPointer) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefix.count + payload.count + 1)
    bytes.append(contentsOf: prefix)
    bytes.append(contentsOf: payload)
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  static func object(_ type: StaticString, _ fields: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { message in
      message.field("type", type.description)
      fields(&message)
    }
    return writer.bytes
  }
}

/// `relay-auth`: who a client is, and what it may.
struct RelayHello: Equatable {
  var nodeID = ""
  var name = ""
  var token: String?
  /// The group whose channel is asked for; of Taumesh nodes alone.
  var group: String?
  var wakeChannel: WakeChannel?

  init(nodeID: String, name: String) { (self.nodeID, self.name) = (nodeID, name) }

  /// Nil for another message, or without nodeId or name.
  init?(_ text: UnsafeRawBufferPointer) {
    let limits = JSONLimits(textBytes: RelayServer.strangerLimit, arenaBytes: 64 << 10)
    do throws(JSONFailure) {
      let hello = try JSONDocument.read(text, limits: limits) { root -> RelayHello? in
        guard root.string("type") == "relay-auth", let nodeID = relayName(root, "nodeId"),
          let name = relayName(root, "name")
        else { return nil }
        var hello = RelayHello(nodeID: nodeID, name: name)
        (hello.token, hello.group) = (root.string("token"), root.string("group"))
        hello.wakeChannel = root.object("wakeChannel").flatMap { WakeChannel(reading: $0) }
        return hello
      }
      guard let hello else { return nil }
      self = hello
    } catch { return nil }
  }

  var bytes: [UInt8] {
    RelayMessage.object("relay-auth") { message in
      message.field("nodeId", nodeID)
      message.field("name", name)
      if let token { message.field("token", token) }
      if let group { message.field("group", group) }
      if let wakeChannel { message.object("wakeChannel") { wakeChannel.write(&$0) } }
    }
  }
}
