internal import MMP
// SPDX-License-Identifier: Apache-2.0
package import Mesh
internal import Runtime

/// The `relay` section: a relay that this machine serves for nodes that cannot reach each other.
package struct RelaySettings: Equatable, Sendable {
  package static let defaultPort = 9002

  /// A numeric address.
  package var address = "0.0.0.0"
  package var port = UInt16(Self.defaultPort)
  /// What peers call it; nil for the machine's node with `-relay` behind it.
  package var name: String?
  /// A file with the token that clients must show; nil for none.
  package var tokenFile: String?
  /// A file of tokens, each with its channel; nil for none.
  package var channelsFile: String?
  /// Whether whoever brings a group's id and token gets a channel for it.
  package var servesGroups = false
  /// Most connections at a time.
  package var connections = 1024
  /// Between two pings to a client, and for its answer, seconds.
  package var heartbeat = 10.0
  package var heartbeatTimeout = 10.0

  package init() {}

  init(_ section: inout SectionReader) throws(ConfigurationFailure) {
    self.init()
    if let text = try section.text("address") {
      guard SocketAddress(text, defaultPort: port) != nil, !text.utf8.contains(91) else {
        throw section.complaint(
          "address", "is \"\(text)\"; expected an IPv4 or IPv6 address without a port")
      }
      address = text
    }
    port = UInt16(try section.integer("port", in: 0...65535) ?? Self.defaultPort)
    name = try section.text("name")
    tokenFile = try section.text("token-file")
    channelsFile = try section.text("channels-file")
    servesGroups = try section.flag("groups") ?? false
    connections = try section.integer("connections", in: 1...4000) ?? connections
    heartbeat = try section.duration("heartbeat", in: 1...300) ?? heartbeat
    heartbeatTimeout = try section.duration("heartbeat-timeout", in: 1...300) ?? heartbeatTimeout
    try section.finish()
  }

  /// The section of the configuration under `paths`, and nothing else of it; nil where it has none.
  package static func load(_ paths: NodePaths) throws(ConfigurationFailure) -> RelaySettings? {
    guard var reader = try SectionReader(file: paths.configuration),
      var section = try reader.section("relay")
    else { return nil }
    return try RelaySettings(&section)
  }

  /// The rules of the relay under `paths`; its identity is made on its first start.
  package func rules(_ paths: NodePaths) throws(Keys.Failure) -> RelayServer.Settings {
    let identity = try Keys.identity(paths.relayIdentity)
    var entries: [RelayAccess.Entry] = []
    if let tokenFile, let line = try Self.lines(tokenFile).first {
      entries.append(RelayAccess.Entry(token: line, channel: ""))
    }
    if let channelsFile {
      for line in try Self.lines(channelsFile) {
        let words = line.utf8.split(whereSeparator: { $0 == 32 || $0 == 9 })
        guard words.count == 2 else {
          throw Keys.Failure(description: "\(channelsFile): expected TOKEN CHANNEL in each line")
        }
        entries.append(
          RelayAccess.Entry(
            token: String(decoding: words[0], as: UTF8.self),
            channel: String(decoding: words[1], as: UTF8.self)))
      }
    }
    if entries.isEmpty, tokenFile != nil || channelsFile != nil {
      // Without an entry everyone would be let in.
      throw Keys.Failure(description: "\(tokenFile ?? channelsFile ?? ""): expected a token")
    }
    let access = RelayAccess(entries: entries, servesGroups: servesGroups)
    var rules = RelayServer.Settings(
      nodeID: identity.nodeID.description, name: name ?? "relay", access: access)
    rules.publicKey = identity.publicKeyText
    rules.capacity = connections
    rules.heartbeat = Int64(heartbeat * 1e9)
    rules.heartbeatTimeout = Int64(heartbeatTimeout * 1e9)
    return rules
  }

  /// The lines of a file that only this user may read, but for comments.
  private static func lines(_ path: String) throws(Keys.Failure) -> [String] {
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(path, limit: 64 << 10, isSecret: true)
    } catch { throw Keys.Failure(description: "\(error)") }
    guard let bytes else { throw Keys.Failure(description: "\(path): no such file") }
    return bytes.split(whereSeparator: { $0 == 10 || $0 == 13 })
      .filter { $0.first != 35 }.map { String(decoding: $0, as: UTF8.self) }
  }
}
