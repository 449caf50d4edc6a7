// SPDX-License-Identifier: Apache-2.0

/// How often pulses go out, to how many peers, and what that may cost the network.
package struct PulseRate: Equatable, Sendable {
  /// Pulses a second of one channel to one peer while the budget allows, Hz.
  package var rate: Double
  /// The rate is not lowered below this, Hz; its inverse is what the handshake announces.
  package var slowest: Double
  /// Most datagrams sent a second, pings and answers included.
  package var packetsPerSecond: Double
  /// Most peers that pulses go to.
  package var fanOut: Int

  package init(rate: Double, slowest: Double, packetsPerSecond: Double, fanOut: Int) {
    self.slowest = min(max(slowest, 2.5), 100)
    self.rate = min(max(rate, self.slowest), 100)
    self.packetsPerSecond = max(packetsPerSecond, 1)
    self.fanOut = max(fanOut, 0)
  }

  /// Defaults for a cable.
  package static let wired = PulseRate(
    rate: 20, slowest: 5, packetsPerSecond: 8000, fanOut: 64)
  /// Defaults for Wi-Fi, where every datagram costs its share of the air.
  package static let wireless = PulseRate(
    rate: 10, slowest: 2.5, packetsPerSecond: 800, fanOut: 64)

  /// The longest interval between two pulses that the handshake announces, milliseconds.
  package var announcedMilliseconds: Double { 1000 / slowest }

  /// What the budget leaves for `peers` peers and `channels` channels.
  package func plan(peers: Int, channels: Int) -> (peers: Int, interval: Int64) {
    let clockPackets = 2 * Double(peers)
    let left = max(packetsPerSecond - clockPackets, packetsPerSecond / 2)
    let perRound = left / slowest / Double(max(channels, 1))
    let reached = min(peers, fanOut, Int(min(perRound, 1e6)))
    let packets = Double(max(reached, 1) * max(channels, 1))
    let possible = min(rate, max(slowest, left / packets))
    return (reached, Int64(1e9 / possible))
  }
}
