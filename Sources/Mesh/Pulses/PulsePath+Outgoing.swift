// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension PulsePath {
  /// A datagram to send.
  package struct Outgoing: Equatable, Sendable {
    /// The peer's slot.
    package var peer: Int
    /// Bytes written to the buffer.
    package var count: Int
  }

  /// When `nextDatagram` has something to give, nanoseconds; `nil` for never.
  package var deadline: Int64? {
    guard open > 0 else { return nil }
    // Without an own channel no round ever begins, and its time would stay in the past.
    let nextRound = channels.isEmpty ? Int64.max : round.next
    return owed > 0 || round.isRunning ? 0 : min(earliestPing, nextRound)
  }

  /// Writes the next datagram that is due to `buffer` (81 bytes are enough), or gives `nil`.
  ///
  /// Read the clock for each call: the datagram carries `now`.
  package mutating func nextDatagram(
    at now: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) -> Outgoing? {
    if owed > 0, let answer = nextAnswer(at: now, into: buffer) { return answer }
    if earliestPing <= now, let ping = nextPing(at: now, into: buffer) { return ping }
    return nextPulse(at: now, into: buffer)
  }

  mutating func nextAnswer(
    at now: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) -> Outgoing? {
    for slot in 0..<sessions.count {
      guard sessions[slot]?.isRelayed == false, let ping = sessions[slot]?.owed,
        let received = sessions[slot]?.owedReceived
      else { continue }
      sessions[slot]?.owed = nil
      owed -= 1
      let ack = ClockAck(pingSent: ping.sent, pingReceived: received, sent: max(now, received))
      if let sealed = seal(.ack(ack), to: slot, into: buffer) { return sealed }
    }
    return nil
  }

  mutating func nextPing(
    at now: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) -> Outgoing? {
    earliestPing = .max
    var due: Int?
    for slot in 0..<sessions.count {
      guard sessions[slot]?.isRelayed == false, let next = sessions[slot]?.nextPing else {
        continue
      }
      if next <= now, due == nil { due = slot } else { earliestPing = min(earliestPing, next) }
    }
    guard let due, let ping = sessions[due]?.ping(at: now) else { return nil }
    earliestPing = min(earliestPing, sessions[due]?.nextPing ?? .max)
    return seal(.ping(ping), to: due, into: buffer)
  }

  mutating func nextPulse(
    at now: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) -> Outgoing? {
    if !round.isRunning {
      guard open > 0, round.next <= now, !channels.isEmpty else { return nil }
      round.begin(rate.plan(peers: open, channels: channels.count), at: now)
      for index in 0..<channels.count { channels[index].sequence &+= 1 }
    }
    while round.isRunning {
      guard let (slot, channel) = round.step(sessions, channels: channels.count) else { break }
      guard var pulse = channels[channel].pulse, now - pulse.time <= Staleness.latest
      else { continue }
      pulse.boot = boot
      pulse.sequence = channels[channel].sequence
      guard let sealed = seal(.pulse(pulse), to: slot, into: buffer) else { continue }
      sessions[slot]?.pulsesOut += 1
      return sealed
    }
    return nil
  }

  mutating func seal(
    _ message: PulseMessage, to slot: Int, into buffer: UnsafeMutableRawBufferPointer
  ) -> Outgoing? {
    do throws(PulseError) {
      guard let count = try sessions[slot]?.sealer.seal(message, into: buffer) else { return nil }
      return Outgoing(peer: slot, count: count)
    } catch {
      counters.unsealed += 1
      return nil
    }
  }
}
