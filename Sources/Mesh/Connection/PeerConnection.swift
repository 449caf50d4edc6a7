// SPDX-License-Identifier: Apache-2.0
package import MMP

/// One stream connection with a peer, from its first byte to its end; opens no socket itself.
///
/// A dialer begins with a secure link or with plaintext frames, as it was told; an acceptor finds
/// out by the first byte. Then both send a handshake, and only after the peer's handshake is it
/// `established`. Pull `next` until `nil` after every call; `.close` is the last effect.
package struct PeerConnection: Sendable {
  package enum Role: Equatable, Sendable {
    case dialer(isSecure: Bool)
    case acceptor
  }

  package enum Effect: Equatable, Sendable {
    case send([UInt8])
    /// The peer has said who it is; frames may be sent to it.
    case established(PeerSummary)
    /// A frame other than those this type answers itself.
    case frame(Frame)
    /// A frame that means nothing; it has been counted.
    case dropped(FrameFailure)
    /// Write what was sent before, then close.
    case close(CloseReason)
  }

  enum Transport: Sendable {
    /// Nothing has come yet.
    case unknown
    case plaintext
    case secure(SecureLink)
    case closed
  }

  /// Frames taken and dropped, and bytes the peer sent.
  package struct Counters: Equatable, Sendable {
    package var frames: UInt64 = 0
    package var dropped: UInt64 = 0
    package var unknown: UInt64 = 0
    /// Frames not sent, since the peer does not read such.
    package var withheld: UInt64 = 0
  }

  package internal(set) var counters = Counters()
  /// Set once the peer's handshake has been accepted.
  package internal(set) var summary: PeerSummary?
  /// When anything of the peer last came, nanoseconds.
  package internal(set) var lastHeard: Int64

  package let isOutbound: Bool
  /// What the next heartbeat tells of other nodes; empty for nodes that would not read it.
  package internal(set) var news: [PeerInfo.Entry] = []
  /// The change of the directory that `news` goes up to, and the one the peer has been told of.
  var newsUpTo = 0
  var toldUpTo = 0

  let settings: ConnectionSettings
  let pulseSession: SessionID
  let ephemeralSeed: Key32
  var transport = Transport.unknown
  var proven: PeerSummary.Link?
  var decoder: FrameDecoder
  let opened: Int64
  var nextPing: Int64
  /// Seals and opens the memory blocks of a plaintext peer that can do so.
  var seal: CMBSeal?
  /// Whether the peer has been told of a malformed state; once is enough.
  var hasComplained = false
  var effects: [Effect] = []
  var nextEffect = 0

  /// Begins a connection that has just been made.
  ///
  /// `pulseSession` is where this peer's datagrams are to come in, `ephemeralSeed` 32 random
  /// bytes drawn for this connection alone.
  package init(
    role: Role, settings: ConnectionSettings, pulseSession: SessionID, ephemeralSeed: Key32,
    now: Int64
  ) {
    self.settings = settings
    self.pulseSession = pulseSession
    self.ephemeralSeed = ephemeralSeed
    isOutbound = role != .acceptor
    decoder = FrameDecoder(limits: settings.frames)
    (opened, lastHeard) = (now, now)
    nextPing = now + settings.pingAfter
    switch role {
    case .acceptor: break
    case .dialer(let isSecure):
      if isSecure { beginLink(.dialer) } else { beginPlaintext(at: now) }
    }
  }

  package var isClosed: Bool {
    if case .closed = transport { true } else { false }
  }

  /// When `tick` is next worth calling, nanoseconds; `nil` once closed.
  package var deadline: Int64? {
    guard !isClosed else { return nil }
    guard summary != nil else { return opened + settings.handshakeTimeout }
    // Looked after once a second, at the same instant as all others: one waking serves all.
    let due = min(nextPing, lastHeard + patience)
    return (due + Nanoseconds.second - 1) / Nanoseconds.second * Nanoseconds.second
  }

  package mutating func next() -> Effect? {
    guard nextEffect < effects.count else {
      effects.removeAll(keepingCapacity: effects.count <= 16)
      nextEffect = 0
      return nil
    }
    nextEffect += 1
    return effects[nextEffect - 1]
  }

  /// Takes what the stream brought, cut anywhere.
  package mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: Int64) {
    guard let first = bytes.first else { return }
    if case .unknown = transport { detect(first, at: now) }
    switch transport {
    case .secure: receiveSealed(bytes, at: now)
    case .plaintext: read(bytes, at: now)
    case .unknown, .closed: break
    }
  }

  package mutating func receive(_ bytes: [UInt8], at now: Int64) {
    bytes.withUnsafeBytes { slice in receive(slice, at: now) }
  }

  /// Says that the peer has closed the stream.
  package mutating func receiveEnd() {
    if case .secure(var link) = transport {
      link.receiveEnd()
      if case .failed(let failure) = link.nextEvent(), failure != .closed {
        return close(.link(failure))
      }
    }
    close(.peerClosed)
  }

  /// Sends a frame to an established peer that reads such; else it is dropped and counted.
  package mutating func send(_ frame: Frame, at now: Int64) {
    guard let summary, summary.dialect.reads(frame) else {
      counters.withheld += 1
      return
    }
    guard case .cmb(var block) = frame else { return transmit(frame, at: now) }
    block.form = summary.dialect.form
    if let sealed = seal?.seal(block.cmb, block.form) { block.cmb = sealed }
    transmit(.cmb(block), at: now)
  }

  /// Looks after time-outs; call it at `deadline`.
  package mutating func tick(at now: Int64) {
    guard !isClosed else { return }
    guard summary != nil else {
      if now >= opened + settings.handshakeTimeout { close(.handshakeTimeout) }
      return
    }
    if now >= lastHeard + patience { return close(.silent(nanoseconds: now - lastHeard)) }
    guard now >= nextPing else { return }
    nextPing = now + settings.pingAfter
    if now >= lastHeard + settings.pingAfter {
      beat(.ping, at: now)
    } else {
      nextPing = lastHeard + settings.pingAfter
    }
  }

  package mutating func close(_ reason: CloseReason) {
    guard !isClosed else { return }
    if let error = reason.errorFrame { complain(error) }
    transport = .closed
    effects.append(.close(reason))
  }

  var patience: Int64 {
    summary?.dialect.isPatient == true ? settings.foreignSilence : settings.silence
  }
}
