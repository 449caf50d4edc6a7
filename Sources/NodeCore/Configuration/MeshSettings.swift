// SPDX-License-Identifier: Apache-2.0
package import MMP
package import Runtime

/// The `mesh` section: which mesh, how to be reached, whom to dial.
package struct MeshSettings {
  /// Tells two meshes on one network apart, together with their secrets.
  package let id: String
  package let secretFile: String
  /// Where the node listens, for TCP and UDP alike; nil for every address of the machine.
  package let address: SocketAddress?
  /// Port of TCP and UDP; 0 takes a free one.
  package let port: UInt16
  /// Find and announce nodes with mDNS.
  package let discovery: Bool
  /// The owner's public key, whose word counts; nil to take that of the first owner told of.
  package let owner: Key32?
  /// Whether nodes without secure links, as those of sym, may connect: to exchange messages and
  /// memory, with no influence on the mesh state.
  package let allowPlaintext: Bool
  /// Silence after which a peer is given up, seconds; and one without a secure link that itself
  /// waits long.
  package let silence: Double
  package let plaintextSilence: Double
  /// How long a peer that is away is remembered, seconds.
  package let peerMemory: Double
  /// Whether nodes without secure links are told how others can be woken.
  package let tellsWakeChannels: Bool
  /// Peers to dial.
  package let peers: [SocketAddress]
  /// Pulses a second to each peer and channel, Hz; by default 20, 10 where the way is wireless.
  package let pulseRate: Double
  /// Upper bound on datagrams a second; the pulse rate falls to meet it.
  package let packetsPerSecond: Int

  /// The relay through which nodes are reached that cannot be reached directly; nil for none.
  package let relay: RelayPlace?

  /// A relay, as a node uses it.
  package struct RelayPlace: Equatable, Sendable {
    /// ws:// or wss://.
    package let url: String
    /// A file with the token that the relay asks for; nil for none.
    package let tokenFile: String?
  }

  init(_ reader: inout SectionReader, paths: NodePaths) throws(ConfigurationFailure) {
    id = try reader.requiredText("id")
    guard MeshKey.isValid(meshID: id) else {
      throw reader.complaint("id", "is \"\(id)\"; expected 1 to 32 of a-z A-Z 0-9 . _ -")
    }
    secretFile = try reader.text("secret-file") ?? paths.meshKey
    port = UInt16(try reader.integer("port", in: 0...65535) ?? 7778)
    address = try Self.address(&reader, port: port)
    discovery = try reader.flag("discovery") ?? true
    pulseRate =
      try reader.number("pulse-rate", in: 2.5...100, unit: "Hz")
      ?? (DefaultRoute.isWireless ? 10 : 20)
    packetsPerSecond = try reader.integer("packets-per-second", in: 10...100_000) ?? 800
    owner = try Self.owner(&reader)
    allowPlaintext = try reader.flag("allow-plaintext") ?? false
    silence = try reader.duration("silence", in: 3...600) ?? 15
    plaintextSilence = try reader.duration("plaintext-silence", in: 3...3600) ?? 120
    peerMemory = try reader.duration("remember-peers", in: 60...31_536_000) ?? 7 * 86_400
    tellsWakeChannels = try reader.flag("tell-wake-channels") ?? false
    peers = try Self.peers(&reader, address)
    relay = try reader.section("relay").map { section throws(ConfigurationFailure) in
      var section = section
      let place = RelayPlace(
        url: try section.requiredText("url"), tokenFile: try section.text("token-file"))
      try section.finish()
      guard place.url.hasPrefix("ws://") || place.url.hasPrefix("wss://") else {
        throw section.complaint("url", "is \"\(place.url)\"; expected ws://… or wss://…")
      }
      return place
    }
    try reader.finish()
  }

  private static func owner(_ reader: inout SectionReader) throws(ConfigurationFailure) -> Key32? {
    guard let text = try reader.text("owner") else { return nil }
    guard let key = ByteText.bytes(base64: text.utf8, count: Key32.count).flatMap({ Key32($0) })
    else {
      throw reader.complaint(
        "owner", "is \"\(text)\"; expected the 43 characters that `taumesh owner show` prints")
    }
    return key
  }

  private static func address(_ reader: inout SectionReader, port: UInt16)
    throws(ConfigurationFailure) -> SocketAddress?
  {
    guard let text = try reader.text("address") else { return nil }
    guard var address = SocketAddress(text, defaultPort: port), address.port == port else {
      throw reader.complaint(
        "address", "is \"\(text)\"; expected an IPv4 or IPv6 address without a port")
    }
    address.port = port
    return address
  }

  private static func peers(_ reader: inout SectionReader, _ address: SocketAddress?)
    throws(ConfigurationFailure)
    -> [SocketAddress]
  {
    var peers: [SocketAddress] = []
    for (index, value) in try reader.list("peers").enumerated() {
      let text = if case .scalar(let text) = value.content { "\"\(text)\"" } else { value.kind }
      guard case .scalar(let word) = value.content,
        let peer = SocketAddress(word, defaultPort: 7778), peer.port != 0
      else {
        throw ConfigurationFailure(
          file: reader.file, line: value.line, key: "\(reader.dotted("peers"))[\(index)]",
          problem: "is \(text); expected an address and a port, such as 192.168.1.20:7778")
      }
      guard address?.reaches(peer) != false else {
        throw ConfigurationFailure(
          file: reader.file, line: value.line, key: "\(reader.dotted("peers"))[\(index)]",
          problem: "is \(text), which the node does not reach from mesh.address")
      }
      peers.append(peer)
    }
    return peers
  }
}
