// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

final class PeersVerb: Verb {
  override var name: StaticString { "peers" }
  override var summary: StaticString { "lists the peers of the running node, those away too" }
  override var usage: StaticString { "peers [--state DIR] [--json]" }
  override var options: [Option] { [.state, .json] }

  override func run(_ arguments: Arguments) -> Int32 {
    let socket = socket(arguments)
    do throws(ControlClient.Failure) {
      if arguments.has(.json) {
        StandardOutput.write(
          try ControlClient.result(ControlRequest("peers"), socket: socket) + "\n")
      } else {
        StandardOutput.write(Self.table(try ControlClient.peers(socket: socket)))
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh peers: \(error)\n")
      return 1
    }
  }

  static func table(_ peers: [NodeStatus.Peer]) -> String {
    guard !peers.isEmpty else { return "no peers yet\n" }
    var table = Table([
      "name", "profile", "state", "link", "coupling", "address", "clock", "seen", "node",
    ])
    for peer in peers {
      table.add([
        peer.name, peer.profile, peer.state, peer.secure ? "secure" : "insecure", coupling(peer),
        peer.address, clock(peer), seen(peer), peer.nodeID,
      ])
    }
    return table.text
  }

  /// How long ago a peer that is away was seen.
  private static func seen(_ peer: NodeStatus.Peer) -> String {
    guard peer.state == "offline", let lastSeen = peer.lastSeen else { return "now" }
    let minutes = max(0, MonotonicClock.wallTime / 1_000_000 - lastSeen) / 60_000
    if minutes < 120 { return "\(minutes) min ago" }
    return minutes < 2880 ? "\(minutes / 60) h ago" : "\(minutes / 1440) d ago"
  }

  /// How close it is, and how far its mind is away.
  private static func coupling(_ peer: NodeStatus.Peer) -> String {
    guard let drift = peer.drift else { return peer.coupling }
    return "\(peer.coupling) \(Format.decimal(drift, 2))"
  }

  /// Offset and its bound in microseconds.
  private static func clock(_ peer: NodeStatus.Peer) -> String {
    guard let offset = peer.offset, let bound = peer.bound else { return "-" }
    return "\(Format.decimal(offset * 1e6, 0)) ± \(Format.decimal(bound * 1e6, 0)) µs"
  }
}
