// SPDX-License-Identifier: Apache-2.0
package import MMP

/// The fast path: pulses and clock pings of all peers, in and out, as sealed datagrams.
///
/// Peers are named by their slot in the `PeerTable`. Feed what the UDP socket brings to
/// `receive`, then send what `nextDatagram` gives until it gives nothing; call that at `deadline`
/// too. Nothing is allocated for a pulse, a ping or an answer.
package struct PulsePath: Sendable {
  /// What an opened datagram means to the node.
  package enum Event: Equatable, Sendable {
    /// A peer's pulse, its time in our clock with the error that may have, nanoseconds.
    case pulse(peer: Int, Pulse, errorBound: Int64)
    /// The peer's clock is known better than before.
    case clock(peer: Int)
  }

  /// Why datagrams were dropped, beyond what the session table counts.
  package struct Counters: Equatable, Sendable {
    /// Pulses that came before the peer's clock was known.
    package var noClock: UInt64 = 0
    /// Pulses of another start of their sender than its handshake named.
    package var foreignBoot: UInt64 = 0
    /// Pulses from a time that has not come yet.
    package var future: UInt64 = 0
    /// Pulses too old to say anything of the phase now.
    package var late: UInt64 = 0
    /// Pings not answered since a newer one of the same peer came first.
    package var unanswered: UInt64 = 0
    /// Own datagrams that could not be sealed.
    package var unsealed: UInt64 = 0
  }

  package internal(set) var counters = Counters()
  /// What became of incoming datagrams before they were understood.
  package var arrivals: SessionTable.Counts { table.counts }

  /// Slack for clocks that are right and a pulse that is sent at once.
  static let futureSlack = 5 * Nanoseconds.millisecond

  let boot: UInt32
  var rate: PulseRate
  var table: SessionTable
  var sessions: [PulseSession?]
  /// The peer of each slot of the session table.
  var peerOfSession: [Int]
  var channels: [OutgoingChannel]
  var round = PulseRound()
  var owed = 0
  /// Sessions of peers reached directly, and of those behind a relay.
  var open = 0
  var relayedOpen = 0
  var earliestPing = Int64.max
  var earliestRelayed = Int64.max

  /// Starts with no peer.
  ///
  /// `capacity` is the most peers, `channels` the number of own channels, `boot` a number drawn
  /// at this start of the node.
  package init(capacity: Int, channels: Int, boot: UInt32, rate: PulseRate, now: Int64) {
    self.boot = boot
    self.rate = rate
    // A connection that replaces another, or is refused later, holds a session meanwhile.
    let entries = min(2 * capacity + 8, SessionTable.maximumCapacity)
    table = SessionTable(capacity: entries)
    sessions = [PulseSession?](repeating: nil, count: capacity)
    peerOfSession = [Int](repeating: -1, count: entries)
    self.channels = [OutgoingChannel](repeating: OutgoingChannel(), count: channels)
    round.next = now
  }

  /// A session for a handshake that begins; `nil` when there are too many.
  package mutating func reserve(randomness: UInt32) -> SessionID? {
    table.reserve(randomness: randomness)
  }

  /// Gives back a session whose handshake failed or whose connection is gone.
  package mutating func release(_ session: SessionID) {
    if let entry = table.slot(of: session) { peerOfSession[entry] = -1 }
    table.close(session)
  }

  /// Lets pulses flow to and from the peer in `slot`, in place of an earlier session with it.
  ///
  /// What is known of the clock is kept when the peer has not started again meanwhile.
  @discardableResult
  package mutating func open(_ slot: Int, _ peer: PulsePeer, at now: Int64) -> Bool {
    guard sessions.indices.contains(slot), let entry = table.slot(of: peer.ownSession),
      table.open(peer.ownSession, key: peer.keys.receiving)
    else { return false }
    let known = sessions[slot]
    let clock = known?.boot == peer.boot ? known?.clock : nil
    close(slot)
    sessions[slot] = PulseSession(peer, clock: clock ?? ClockOffset(), at: now)
    peerOfSession[entry] = slot
    if peer.isRelayed {
      relayedOpen += 1
      earliestRelayed = now
    } else {
      open += 1
      earliestPing = min(earliestPing, now)
    }
    return true
  }

  /// Ends the session with the peer in `slot`.
  package mutating func close(_ slot: Int) {
    guard let session = sessions[slot] else { return }
    release(session.ownSession)
    if session.isRelayed {
      relayedOpen -= 1
    } else {
      if session.owed != nil { owed -= 1 }
      open -= 1
    }
    sessions[slot] = nil
  }

  /// Sets the newest measurement of an own channel; it goes out with every round until replaced.
  ///
  /// Start and sequence of the pulse are filled in here. `nil` stops the channel.
  package mutating func offer(_ pulse: Pulse?, channel: Int) { channels[channel].pulse = pulse }

  /// Takes one datagram in; `now` is the time of its arrival.
  package mutating func receive(_ datagram: UnsafeRawBufferPointer, at now: Int64) -> Event? {
    let arrival: SessionTable.Arrival
    do throws(PulseError) { arrival = try table.receive(datagram) } catch { return nil }
    let slot = peerOfSession[arrival.slot]
    guard slot >= 0, sessions[slot] != nil else { return nil }
    sessions[slot]?.lastHeard = now
    switch arrival.message {
    case .pulse(let pulse): return take(pulse, from: slot, at: now)
    case .ping(let ping): take(ping, from: slot, at: now)
    case .ack(let ack): return take(ack, from: slot, at: now)
    }
    return nil
  }

  mutating func take(_ pulse: Pulse, from slot: Int, at now: Int64) -> Event? {
    guard let boot = sessions[slot]?.boot, pulse.boot == boot else {
      counters.foreignBoot += 1
      return nil
    }
    guard let clock = sessions[slot]?.clock.estimate, let time = clock.peerToLocal(pulse.time)
    else {
      counters.noClock += 1
      return nil
    }
    let bound = clock.errorBound(at: now)
    guard time - now <= bound.addingCapped(Self.futureSlack) else {
      counters.future += 1
      return nil
    }
    guard now - time <= Staleness.latest else {
      counters.late += 1
      return nil
    }
    sessions[slot]?.pulsesIn += 1
    var local = pulse
    local.time = time
    return .pulse(peer: slot, local, errorBound: bound)
  }

  mutating func take(_ ping: ClockPing, from slot: Int, at now: Int64) {
    if sessions[slot]?.owed != nil {
      counters.unanswered += 1
    } else if sessions[slot]?.isRelayed == false {
      owed += 1
    }
    sessions[slot]?.owed = ping
    sessions[slot]?.owedReceived = now
  }

  mutating func take(_ ack: ClockAck, from slot: Int, at now: Int64) -> Event? {
    let exchange = ClockExchange(
      sent: ack.pingSent, peerReceived: ack.pingReceived, peerSent: ack.sent, received: now)
    guard sessions[slot]?.clock.add(exchange) == true else { return nil }
    return .clock(peer: slot)
  }
}

extension Int64 {
  /// The sum, or the largest number where it does not fit.
  fileprivate func addingCapped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
