// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What opens a pulse session with one peer: the outcome of a secure link.
package struct PulsePeer: Sendable {
  /// The session we chose, on which the peer's datagrams come in.
  package var ownSession: SessionID
  /// The session the peer chose, on which ours go out.
  package var peerSession: SessionID
  package var keys: PulseKeys
  /// Drawn by the peer at its start; pulses of another start are not its own.
  package var boot: UInt32
  /// Longest interval between its pulses as its handshake announced it, milliseconds.
  package var intervalMilliseconds: Double
  /// Whether its datagrams go through a relay.
  package private(set) var isRelayed = false

  /// Lets its datagrams go through a relay, which carries few: none stands still so soon.
  mutating func beRelayed() {
    isRelayed = true
    intervalMilliseconds = Double(Staleness.longestInterval) * 1e-6
  }

  package init(
    ownSession: SessionID, peerSession: SessionID, keys: PulseKeys, boot: UInt32,
    intervalMilliseconds: Double
  ) {
    self.ownSession = ownSession
    self.peerSession = peerSession
    self.keys = keys
    self.boot = boot
    self.intervalMilliseconds = intervalMilliseconds
  }
}

/// One peer's pulses: its sealer, its clock, and what is due to it.
struct PulseSession: Sendable {
  /// Most pings of the first seconds: enough for 64 answers where every second one is lost.
  static let burst = 128
  static let burstInterval = 3 * Nanoseconds.second / 64
  static let steadyInterval = Nanoseconds.second

  let ownSession: SessionID
  let boot: UInt32
  let staleAfter: Int64
  var sealer: PulseSealer
  var clock: ClockOffset
  var lastHeard: Int64
  var nextPing: Int64
  var pingsSent = 0
  /// The newest ping not answered yet; an older one that waits is not worth an answer.
  var owed: ClockPing?
  var owedReceived: Int64 = 0
  let isRelayed: Bool
  /// When datagrams may go through the relay next.
  var nextRelayed: Int64
  var pulsesIn: UInt64 = 0
  var pulsesOut: UInt64 = 0

  init(_ peer: PulsePeer, clock: ClockOffset, at now: Int64) {
    ownSession = peer.ownSession
    boot = peer.boot
    staleAfter = Staleness.after(intervalMilliseconds: peer.intervalMilliseconds)
    sealer = PulseSealer(session: peer.peerSession, key: peer.keys.sending)
    self.clock = clock
    isRelayed = peer.isRelayed
    (lastHeard, nextPing, nextRelayed) = (now, now, now)
  }

  mutating func ping(at now: Int64) -> ClockPing {
    pingsSent += 1
    let isSettled = clock.exchanges >= ClockOffset.full || pingsSent >= Self.burst
    nextPing = now + (isSettled ? Self.steadyInterval : Self.burstInterval)
    return ClockPing(sent: now)
  }
}
