// SPDX-License-Identifier: Apache-2.0
package import MMP
package import Mesh

/// The `wake` section: how nodes that sleep are woken, and how often at most.
package struct WakeSettings: Equatable, Sendable {
  /// Apple's push service, for which this node is a provider.
  package struct APNs: Equatable, Sendable {
    /// The provider's private key (.p8), which only this user may read.
    package let keyFile: String
    package let keyID: String
    package let team: String
    /// The application's bundle identifier.
    package let topic: String
    /// Instead of Apple's, for tests; empty for Apple's.
    package let url: String
  }

  /// Google's messaging service.
  package struct FCM: Equatable, Sendable {
    /// The service account's key file, which only this user may read.
    package let accountFile: String
    /// Instead of Google's, for tests; empty for Google's.
    package let url: String
  }

  /// What wakes one peer from here: a channel, or a line of this board's GPIO.
  package struct Peer: Equatable, Sendable {
    package let name: String
    package let channel: WakeChannel?
    package let line: String?
    package let chip: String?
    package let isActiveLow: Bool
    /// How long the line is on, ns.
    package let pulse: Int64
  }

  static let maximumPeers = 16

  package var policy = WakePolicy.Settings()
  package var apns: APNs?
  package var fcm: FCM?
  package var peers: [Peer] = []

  package init() {}

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    guard var section = try reader.section("wake") else { return }
    if let seconds = try section.duration("cooldown", in: 1...86_400) {
      policy.cooldown = Int64(seconds * 1e9)
    }
    if let count = try section.integer("per-hour", in: 1...3600) { policy.perHour = Int64(count) }
    if var service = try section.section("apns") {
      apns = APNs(
        keyFile: try service.requiredText("key-file"), keyID: try service.requiredText("key-id"),
        team: try service.requiredText("team-id"), topic: try service.requiredText("topic"),
        url: try service.text("url") ?? "")
      try service.finish()
    }
    if var service = try section.section("fcm") {
      fcm = FCM(
        accountFile: try service.requiredText("service-account-file"),
        url: try service.text("url") ?? "")
      try service.finish()
    }
    for (index, value) in try section.list("peers").enumerated() {
      guard index < Self.maximumPeers else {
        throw section.complaint("peers", "more than \(Self.maximumPeers)")
      }
      var peer = try SectionReader(value, file: section.file, path: "wake.peers[\(index)]")
      peers.append(try Self.peer(&peer))
    }
    try section.finish()
  }

  private static func peer(_ reader: inout SectionReader) throws(ConfigurationFailure) -> Peer {
    let name = try reader.requiredText("name")
    let environment = try reader.choice("environment", of: ["production", "sandbox"]) ?? ""
    var channels: [WakeChannel] = []
    for (key, platform) in [("mac", "wol"), ("apns", "apns"), ("fcm", "fcm")] {
      guard let token = try reader.text(key) else { continue }
      guard (1...WakeChannel.longestToken).contains(token.utf8.count) else {
        throw reader.complaint(key, "expected 1 to \(WakeChannel.longestToken) bytes")
      }
      channels.append(WakeChannel(platform: platform, token: token, environment: environment))
    }
    let peer = Peer(
      name: name, channel: channels.first, line: try reader.text("line"),
      chip: try reader.text("chip"), isActiveLow: try reader.flag("active-low") ?? false,
      pulse: Int64((try reader.duration("pulse", in: 0.001...10) ?? 0.2) * 1e9))
    try reader.finish()
    if let channel = peer.channel, channel.platform == "wol",
      MagicPacket.bytes(for: channel.token) == nil
    {
      throw reader.complaint(
        "mac", "is \"\(channel.token)\"; expected six bytes such as b8:27:eb:01:02:03")
    }
    guard channels.count + (peer.line == nil ? 0 : 1) == 1 else {
      throw reader.complaint("name", "\(name): expected one of mac, apns, fcm and line")
    }
    return peer
  }
}
