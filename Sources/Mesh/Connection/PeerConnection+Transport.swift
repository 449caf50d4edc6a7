// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension PeerConnection {
  mutating func detect(_ first: UInt8, at now: Int64) {
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

  mutating func beginLink(_ role: SecureLink.Role) {
    var link = SecureLink(
      role: role, identity: settings.identity, key: settings.key,
      hello: settings.hello(pulseSession: pulseSession), ephemeralSeed: ephemeralSeed,
      limits: settings.link, trust: settings.trust)
    if link.outputCount > 0 { effects.append(.send(link.takeOutput())) }
    transport = .secure(link)
  }

  mutating func beginPlaintext(at now: Int64) {
    transport = .plaintext
    // A dialer speaks first; an acceptor answers, as nodes in the field expect.
    if isOutbound { sendHandshake(at: now) }
  }

  mutating func sendHandshake(at now: Int64) {
    var handshake = settings.handshake
    if proven == nil {
      handshake.taumesh = nil
      if settings.sealsBlocks {
        handshake.e2ePublicKey = CMBSeal.publicKey(of: settings.identity)
      }
    }
    transmit(.handshake(handshake), at: now)
  }

  mutating func transmit(_ frame: Frame, at now: Int64) {
    do throws(FramingFailure) {
      transmit(bytes: try FrameEncoder.encode(frame), at: now)
    } catch {
      close(.framing(error))
    }
  }

  mutating func transmit(bytes: [UInt8], at now: Int64) {
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
  mutating func receiveSealed(_ bytes: UnsafeRawBufferPointer, at now: Int64) {
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

  mutating func take(_ event: SecureLink.Event, at now: Int64) {
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
