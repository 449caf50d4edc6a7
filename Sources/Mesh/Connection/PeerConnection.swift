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

  private enum Transport: Sendable {
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
  }

  package private(set) var counters = Counters()
  /// Set once the peer's handshake has been accepted.
  package private(set) var summary: PeerSummary?
  /// When anything of the peer last came, nanoseconds.
  package private(set) var lastHeard: Int64

  package let isOutbound: Bool
  private let settings: ConnectionSettings
  private let pulseSession: SessionID
  private let ephemeralSeed: Key32
  private var transport = Transport.unknown
  private var proven: PeerSummary.Link?
  private var decoder: FrameDecoder
  private let opened: Int64
  private var nextPing: Int64
  private var effects: [Effect] = []
  private var nextEffect = 0

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
    return min(nextPing, lastHeard + patience)
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

  /// Sends a frame to an established peer; before that it is dropped.
  package mutating func send(_ frame: Frame, at now: Int64) {
    if summary != nil { transmit(frame, at: now) }
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
      transmit(.ping, at: now)
    } else {
      nextPing = lastHeard + settings.pingAfter
    }
  }

  package mutating func close(_ reason: CloseReason) {
    guard !isClosed else { return }
    transport = .closed
    effects.append(.close(reason))
  }

  private var patience: Int64 {
    switch summary?.handshake.dialect {
    case .flat, .sectioned: settings.foreignSilence
    case .taumesh, .original, nil: settings.silence
    }
  }
}

// MARK: - Transport

extension PeerConnection {
  private mutating func detect(_ first: UInt8, at now: Int64) {
    if first == SecureLink.magic[0] {
      beginLink(.listener)
    } else if first != 0 {
      close(.notMesh(firstByte: first))
    } else if settings.allowPlaintext {
      beginPlaintext(at: now)
    } else {
      close(.plaintextRefused)
    }
  }

  private mutating func beginLink(_ role: SecureLink.Role) {
    var link = SecureLink(
      role: role, identity: settings.identity, key: settings.key,
      hello: settings.hello(pulseSession: pulseSession), ephemeralSeed: ephemeralSeed,
      limits: settings.link)
    if link.outputCount > 0 { effects.append(.send(link.takeOutput())) }
    transport = .secure(link)
  }

  private mutating func beginPlaintext(at now: Int64) {
    transport = .plaintext
    // A dialer speaks first; an acceptor answers, as nodes in the field expect.
    if isOutbound { sendHandshake(at: now) }
  }

  private mutating func sendHandshake(at now: Int64) {
    var handshake = settings.handshake
    if proven == nil { handshake.taumesh = nil }
    transmit(.handshake(handshake), at: now)
  }

  private mutating func transmit(_ frame: Frame, at now: Int64) {
    do throws(FramingFailure) {
      transmit(bytes: try FrameEncoder.encode(frame), at: now)
    } catch {
      close(.framing(error))
    }
  }

  private mutating func transmit(bytes: [UInt8], at now: Int64) {
    switch transport {
    case .plaintext: effects.append(.send(bytes))
    case .secure(var link):
      transport = .closed
      do throws(LinkSendError) {
        try link.send(bytes, at: now)
        effects.append(.send(link.takeOutput()))
        transport = .secure(link)
      } catch {
        transport = .secure(link)
        close(.stalled)
      }
    case .unknown, .closed: break
    }
  }

  /// Opens records a slice at a time, so that no more than a slice waits to be read.
  private mutating func receiveSealed(_ bytes: UnsafeRawBufferPointer, at now: Int64) {
    var start = 0
    while start < bytes.count, case .secure(var link) = transport {
      // The only other reference is dropped so that the link is changed in place.
      transport = .unknown
      let end = min(start + 16_384, bytes.count)
      link.receive(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      start = end
      if link.outputCount > 0 { effects.append(.send(link.takeOutput())) }
      var events: [SecureLink.Event] = []
      while let event = link.nextEvent() { events.append(event) }
      transport = .secure(link)
      for event in events { take(event, at: now) }
    }
  }

  private mutating func take(_ event: SecureLink.Event, at now: Int64) {
    switch event {
    case .established(let identity, let hello, let keys):
      proven = PeerSummary.Link(identity: identity, hello: hello, keys: keys)
      lastHeard = now
      sendHandshake(at: now)
    case .bytes(let bytes): bytes.withUnsafeBytes { slice in read(slice, at: now) }
    case .failed(.ownNode): close(.ourselves)
    case .failed(let failure): close(.link(failure))
    }
  }
}

// MARK: - Frames

extension PeerConnection {
  private mutating func read(_ bytes: UnsafeRawBufferPointer, at now: Int64) {
    decoder.append(bytes)
    do throws(FramingFailure) {
      while !isClosed, let item = try decoder.next() {
        switch item {
        case .frame(let frame): take(frame, at: now)
        case .dropped(let failure): drop(failure)
        }
      }
    } catch {
      close(.framing(error))
    }
  }

  private mutating func drop(_ failure: FrameFailure) {
    counters.dropped += 1
    if summary == nil { close(.badHandshake(failure)) } else { effects.append(.dropped(failure)) }
  }

  private mutating func take(_ frame: Frame, at now: Int64) {
    counters.frames += 1
    lastHeard = now
    guard summary != nil else {
      guard case .handshake(let handshake) = frame else {
        return close(.expectedHandshake(found: frame.type))
      }
      return greet(handshake, at: now)
    }
    switch frame {
    case .ping: transmit(.pong, at: now)
    case .pong: break
    case .unknown: counters.unknown += 1
    case .handshake(let again): repeated(again)
    case .peerInfo, .stateSync: effects.append(.frame(frame))
    }
  }

  /// Nodes in the field repeat their handshake after a reconnect; it must be the same node.
  private mutating func repeated(_ handshake: Handshake) {
    if NodeID(handshake.nodeID) != summary?.nodeID { close(.identity(claimed: handshake.nodeID)) }
  }

  private mutating func greet(_ handshake: Handshake, at now: Int64) {
    guard let nodeID = NodeID(handshake.nodeID) else {
      return close(.identity(claimed: handshake.nodeID))
    }
    guard nodeID != settings.identity.nodeID else { return close(.ourselves) }
    if let refusal = proven == nil ? roomRefusal(handshake) : linkRefusal(handshake, nodeID) {
      return close(refusal)
    }
    var accepted = handshake
    if proven == nil { accepted.taumesh = nil }
    let greeted = PeerSummary(
      nodeID: nodeID, handshake: accepted, isOutbound: isOutbound, link: proven)
    summary = greeted
    decoder.trust()
    nextPing = now + settings.pingAfter
    if proven == nil, !isOutbound { sendHandshake(at: now) }
    effects.append(.established(greeted))
  }

  private func linkRefusal(_ handshake: Handshake, _ nodeID: NodeID) -> CloseReason? {
    guard let proven, proven.identity.nodeID == nodeID else {
      return .identity(claimed: handshake.nodeID)
    }
    return handshake.taumesh?.boot == proven.hello.boot ? nil : .noSummary
  }

  /// Rooms part nodes without a mesh secret, where both name one.
  private func roomRefusal(_ handshake: Handshake) -> CloseReason? {
    guard let theirs = handshake.room ?? handshake.group,
      let ours = settings.handshake.room ?? settings.handshake.group, ours != theirs
    else { return nil }
    return .room(theirs)
  }
}
