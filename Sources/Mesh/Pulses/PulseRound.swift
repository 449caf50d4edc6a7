// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// The newest measurement of one own channel.
struct OutgoingChannel: Sendable {
  var pulse: Pulse?
  var sequence: UInt32 = 0
}

/// One round of pulses: every channel to every peer the budget reaches, one step at a time.
struct PulseRound: Sendable {
  /// When the next round begins, nanoseconds.
  var next: Int64 = 0
  private(set) var isRunning = false
  private var slot = 0
  private var channel = 0
  /// Peers still to be served, the present one included.
  private var left = 0

  /// Begins a round and sets the time of the next; a round missed is not made up for.
  mutating func begin(_ plan: (peers: Int, interval: Int64), at now: Int64) {
    next = max(next + plan.interval, now + plan.interval / 2)
    (slot, channel, left) = (0, 0, plan.peers)
    isRunning = plan.peers > 0
  }

  /// The next peer and channel, or `nil` when the round is over.
  mutating func step(_ sessions: [PulseSession?], channels: Int) -> (slot: Int, channel: Int)? {
    while left > 0, slot < sessions.count {
      let isDirect = sessions[slot]?.isRelayed == false
      guard isDirect, channel < channels else {
        if isDirect { left -= 1 }
        (slot, channel) = (slot + 1, 0)
        continue
      }
      channel += 1
      return (slot, channel - 1)
    }
    isRunning = false
    return nil
  }
}
