// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension PeerConnection {
  mutating func read(_ bytes: UnsafeRawBufferPointer, at now: Int64) {
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

  mutating func drop(_ failure: FrameFailure) {
    counters.dropped += 1
    guard summary != nil else { return close(.badHandshake(failure)) }
    effects.append(.dropped(failure))
    if case .badField(_, "state-sync", _) = failure, !hasComplained {
      hasComplained = true
      complain(ErrorFrame(.dimensionMismatch, failure.description))
    }
  }

  /// Tells the peer what is wrong, if it can be told.
  mutating func complain(_ error: ErrorFrame) {
    guard !isClosed, let bytes = encoded(.error(error)) else { return }
    switch transport {
    case .plaintext: effects.append(.send(bytes))
    case .secure(var link):
      transport = .unknown
      do throws(LinkSendError) {
        try link.send(bytes, at: lastHeard)
        effects.append(.send(link.takeOutput()))
      } catch {
        // A link that takes nothing more has told its peer by that.
      }
      transport = .secure(link)
    case .unknown, .closed: break
    }
  }

  private func encoded(_ frame: Frame) -> [UInt8]? {
    do throws(FramingFailure) { return try FrameEncoder.encode(frame) } catch { return nil }
  }

  mutating func take(_ frame: Frame, at now: Int64) {
    counters.frames += 1
    lastHeard = now
    guard summary != nil else {
      guard case .handshake(let handshake) = frame else {
        return close(.expectedHandshake(found: frame.type))
      }
      return greet(handshake, at: now)
    }
    switch frame {
    case .ping: beat(.pong, at: now)
    case .pong: break
    case .peerInfo(let info):
      if info.carrier == .ping { beat(.pong, at: now) }
      effects.append(.frame(frame))
    case .unknown: counters.unknown += 1
    case .handshake(let again): repeated(again)
    case .cmb(var block):
      // One that cannot be opened goes on as it is, to be refused and counted with the others.
      if let opened = seal?.open(block.cmb) { block.cmb = opened }
      effects.append(.frame(.cmb(block)))
    default: effects.append(.frame(frame))
    }
  }

  /// A heartbeat, with what there is to tell on it.
  mutating func beat(_ carrier: PeerInfo.Carrier, at now: Int64) {
    guard !news.isEmpty else { return transmit(carrier == .ping ? .ping : .pong, at: now) }
    transmit(.peerInfo(PeerInfo(peers: news, carrier: carrier)), at: now)
    (news, toldUpTo) = ([], newsUpTo)
  }

  /// Nodes in the field repeat their handshake after a reconnect; it must be the same node.
  mutating func repeated(_ handshake: Handshake) {
    if NodeID(foreign: handshake.nodeID) != summary?.nodeID {
      close(.identity(claimed: handshake.nodeID))
    }
  }

  mutating func greet(_ handshake: Handshake, at now: Int64) {
    let nodeID = NodeID(foreign: handshake.nodeID)
    guard nodeID != settings.identity.nodeID else { return close(.ourselves) }
    if let refusal = proven == nil ? roomRefusal(handshake) : linkRefusal(handshake, nodeID) {
      return close(refusal)
    }
    var accepted = handshake
    if proven == nil { accepted.taumesh = nil }
    let greeted = PeerSummary(
      nodeID: nodeID, handshake: accepted, isOutbound: isOutbound, link: proven)
    summary = greeted
    if proven == nil, settings.sealsBlocks, let peerKey = handshake.e2ePublicKey {
      seal = CMBSeal(
        identity: settings.identity, peerKey: peerKey, nonceSeed: ephemeralSeed)
    }
    decoder.trust()
    nextPing = now + settings.pingAfter
    if proven == nil, !isOutbound { sendHandshake(at: now) }
    effects.append(.established(greeted))
  }

  func linkRefusal(_ handshake: Handshake, _ nodeID: NodeID) -> CloseReason? {
    guard let proven, proven.identity.nodeID == nodeID else {
      return .identity(claimed: handshake.nodeID)
    }
    return handshake.taumesh?.boot == proven.hello.boot ? nil : .noSummary
  }

  /// Rooms part nodes without a mesh secret, where both name one.
  func roomRefusal(_ handshake: Handshake) -> CloseReason? {
    guard let theirs = handshake.room ?? handshake.group,
      let ours = settings.handshake.room ?? settings.handshake.group, ours != theirs
    else { return nil }
    return .room(theirs)
  }
}
