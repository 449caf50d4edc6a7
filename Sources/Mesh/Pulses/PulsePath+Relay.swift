// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// Datagrams of peers behind a relay: the same, sealed for the same session, but few.
extension PulsePath {
  /// Time between two messages with datagrams for one peer, nanoseconds (2 Hz).
  package static let relayInterval = 500 * Nanoseconds.millisecond

  /// When `nextRelayed` has something to give, nanoseconds; `nil` for never.
  package var relayDeadline: Int64? { relayedOpen > 0 ? earliestRelayed : nil }

  /// What is due to one peer behind a relay: an answer, a ping, a pulse of each channel.
  package mutating func nextRelayed(at now: Int64) -> (peer: Int, datagrams: [[UInt8]])? {
    guard relayedOpen > 0, now >= earliestRelayed else { return nil }
    for slot in 0..<sessions.count {
      guard let session = sessions[slot], session.isRelayed, session.nextRelayed <= now else {
        continue
      }
      sessions[slot]?.nextRelayed = now + Self.relayInterval
      let datagrams = relayedDatagrams(slot, at: now)
      if !datagrams.isEmpty { return (slot, datagrams) }
    }
    earliestRelayed = .max
    for session in sessions {
      if let session, session.isRelayed {
        earliestRelayed = min(earliestRelayed, session.nextRelayed)
      }
    }
    return nil
  }

  private mutating func relayedDatagrams(_ slot: Int, at now: Int64) -> [[UInt8]] {
    var messages: [PulseMessage] = []
    if let ping = sessions[slot]?.owed, let received = sessions[slot]?.owedReceived {
      sessions[slot]?.owed = nil
      messages.append(
        .ack(ClockAck(pingSent: ping.sent, pingReceived: received, sent: max(now, received))))
    }
    if let next = sessions[slot]?.nextPing, next <= now, let ping = sessions[slot]?.ping(at: now) {
      messages.append(.ping(ping))
    }
    for index in channels.indices {
      guard var pulse = channels[index].pulse, now - pulse.time <= Staleness.latest,
        messages.count < RelayPayload.mostDatagrams
      else { continue }
      // Without a direct peer no round counts them up.
      if open == 0 { channels[index].sequence &+= 1 }
      (pulse.boot, pulse.sequence) = (boot, channels[index].sequence)
      messages.append(.pulse(pulse))
      sessions[slot]?.pulsesOut += 1
    }
    return messages.compactMap { sealed($0, to: slot) }
  }

  private mutating func sealed(_ message: PulseMessage, to slot: Int) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 128)
    let count = buffer.withUnsafeMutableBytes { seal(message, to: slot, into: $0)?.count }
    return count.map { Array(buffer[..<$0]) }
  }
}
