// SPDX-License-Identifier: Apache-2.0
package import MMP
package import PhaseSpace

/// All channels of a node: those it measures, and those its peers tell of.
///
/// At most `maximumChannels`; pulses of further ones are counted and dropped.
package struct ChannelBoard {
  package static let maximumChannels = 16

  package private(set) var channels: [Channel] = []
  package private(set) var refused: Int64 = 0
  private let capacity: Int

  /// - Parameter peers: Peers the profile allows; each channel has room for them and this node.
  package init(peers: Int) { capacity = peers + 1 }

  /// Adds a channel this node measures.
  package mutating func add(
    name: String, settings: ChannelSettings, bandwidth: Double, requiredTau: Double,
    bank: IntegratorBank
  ) {
    var channel = Channel(name: name, settings: settings, capacity: capacity, bank: bank)
    channel.joinSelf(bandwidth: bandwidth, requiredTau: requiredTau)
    channels.append(channel)
  }

  package func index(of id: ChannelID) -> Int? { channels.firstIndex { $0.id == id } }

  package func index(named name: String) -> Int? { channels.firstIndex { $0.name == name } }

  package mutating func measured(_ index: Int, _ sample: PhaseSample, weight: Double) {
    channels[index].measured(sample, weight: weight)
  }

  /// Takes a peer's pulse; `names` are the channels its handshake announced.
  package mutating func heard(
    _ pulse: Pulse, slot: Int, names: [String], at time: Int64, weight: Double,
    staleAfter: Int64
  ) {
    guard let index = index(of: pulse.channel) ?? open(pulse, names) else {
      refused += 1
      return
    }
    channels[index].heard(
      pulse, slot: slot, at: time, weight: weight, staleAfter: staleAfter)
  }

  /// Forgets a peer in every channel, and channels that nobody is left in.
  package mutating func left(slot: Int) {
    for index in channels.indices {
      channels[index].estimator.leave(slot: slot + 1)
      if channels[index].lowestPeer == slot + 1 { channels[index].lowestPeer = nil }
    }
    channels.removeAll { channel in
      channel.own == nil && !(0..<capacity).contains { channel.estimator.isMember(slot: $0) }
    }
  }

  /// Integrates every channel; `order` lists peer slots by ascending nodeId.
  package mutating func tick(at now: Int64, order: [Int]) {
    for index in channels.indices {
      if channels[index].own == nil {
        channels[index].lowestPeer = lowest(channels[index].estimator, order)
      }
      channels[index].tick(at: now)
    }
  }

  private func lowest(_ estimator: ChannelEstimator, _ order: [Int]) -> Int? {
    for slot in order where estimator.member(slot: slot + 1)?.isFresh == true { return slot + 1 }
    return nil
  }

  /// A channel that only peers measure: its name is among those the sender announced.
  private mutating func open(_ pulse: Pulse, _ names: [String]) -> Int? {
    guard channels.count < Self.maximumChannels else { return nil }
    guard let name = names.first(where: { ChannelID(name: $0) == pulse.channel }) else {
      return nil
    }
    let frequency = Double(pulse.frequencyMicrohertz) * 1e-6
    channels.append(
      Channel(
        name: name, settings: ChannelSettings(frequency: frequency), capacity: capacity,
        bank: IntegratorBank(tauBase: 1, tauMax: 1, count: 1)))
    return channels.count - 1
  }
}
