// SPDX-License-Identifier: Apache-2.0

/// What a link makes of the bytes that came in.
extension SecureLink {
  /// Lengths of the three messages of the handshake, by the number of bytes a hello may have.
  static let messageCounts = [48...48, 143...608, 111...576]

  /// Takes the next whole piece at `position`.
  ///
  /// - Returns: Bytes taken; `nil` when the piece is not whole yet.
  mutating func advance(from position: Int) throws(LinkFailure) -> Int? {
    switch stage {
    case .over:
      return nil
    case .magic(let state):
      return try readMagic(state, from: position)
    case .handshake(let state, let message):
      guard let bytes = try handshakeMessage(message, at: position) else { return nil }
      try handle(bytes, message, state)
      return 2 + bytes.count
    case .open(var ciphers):
      guard let count = messageCount(at: position) else { return nil }
      guard (RecordCiphers.minimumCount...RecordCiphers.maximumCount).contains(count) else {
        throw .recordLength(count)
      }
      guard let record = message(of: count, at: position) else { return nil }
      let content = try ciphers.open(record, limits)
      stage = .open(ciphers)
      try deliver(content)
      return 2 + count
    }
  }

  /// Begins the dialer's stream.
  mutating func dial(_ state: HandshakeState) {
    var state = state
    do {
      output = Self.magic
      appendMessage(try state.write([]), to: &output)
      stage = .handshake(state, message: 1)
    } catch {
      fail(.handshake(message: 1))
    }
  }

  /// Refuses a wrong byte as soon as it is there.
  private mutating func readMagic(_ state: HandshakeState, from position: Int)
    throws(LinkFailure) -> Int?
  {
    let found = input[position...].prefix(Self.magic.count)
    guard Self.magic.starts(with: found) else { throw .magic }
    guard found.count == Self.magic.count else { return nil }
    stage = .handshake(state, message: 0)
    return found.count
  }

  private func handshakeMessage(_ number: Int, at position: Int) throws(LinkFailure)
    -> [UInt8]?
  {
    guard let count = messageCount(at: position) else { return nil }
    guard Self.messageCounts[number].contains(count) else {
      throw .handshakeLength(message: number + 1, found: count)
    }
    return message(of: count, at: position)
  }

  private func messageCount(at position: Int) -> Int? {
    guard input.count - position >= 2 else { return nil }
    return Int(input[position]) << 8 | Int(input[position + 1])
  }

  private func message(of count: Int, at position: Int) -> [UInt8]? {
    guard input.count - position - 2 >= count else { return nil }
    return [UInt8](input[(position + 2)..<(position + 2 + count)])
  }

  /// Reads message `number` and, where the next is ours, writes it.
  private mutating func handle(_ message: [UInt8], _ number: Int, _ state: HandshakeState)
    throws(LinkFailure)
  {
    var state = state
    let payload: [UInt8]
    do {
      payload = try state.read(message)
    } catch {
      guard number == 0 else { throw .handshake(message: number + 1) }
      payload = try secondTry(message, &state)
    }
    fallback = nil
    let peer = number == 0 ? nil : try peer(of: payload, state)
    if !state.isComplete {
      do {
        appendMessage(try state.write(hello.bytes), to: &output)
      } catch {
        throw .handshake(message: number + 2)
      }
      stage = .handshake(state, message: number + 2)
    }
    if state.isComplete, let peer { open(state, peer) }
  }

  /// The first message with the key of the mesh before the current one.
  private mutating func secondTry(_ message: [UInt8], _ state: inout HandshakeState)
    throws(LinkFailure) -> [UInt8]
  {
    guard var other = fallback else { throw .otherMesh }
    do {
      let payload = try other.read(message)
      (state, usesPrevious) = (other, true)
      return payload
    } catch { throw .otherMesh }
  }

  private func peer(of payload: [UInt8], _ state: HandshakeState) throws(LinkFailure)
    -> (PeerIdentity, LinkHello)
  {
    let peerHello: LinkHello
    do { peerHello = try LinkHello(payload) } catch { throw .hello(error) }
    let nodeID = try trust.node(of: peerHello, meshID: meshID, checks)
    if checks.contains(.identity) {
      guard let expected = Identity.agreementKey(of: peerHello.publicKey),
        state.remoteStatic == expected
      else { throw .stolenIdentity(claimed: nodeID) }
    }
    if checks.contains(.ownNode), nodeID == identity.nodeID { throw .ownNode }
    try trust.admit(nodeID, epoch: peerHello.epoch, byPrevious: usesPrevious, checks)
    let identity = PeerIdentity(
      nodeID: nodeID, publicKey: peerHello.publicKey, epoch: peerHello.epoch)
    return (identity, peerHello)
  }

  private mutating func open(_ state: HandshakeState, _ peer: (PeerIdentity, LinkHello)) {
    let (fromInitiator, fromResponder) = state.symmetric.split()
    let ciphers =
      state.isInitiator
      ? RecordCiphers(sending: fromInitiator, receiving: fromResponder)
      : RecordCiphers(sending: fromResponder, receiving: fromInitiator)
    let keys = PulseKeys(handshake: state.symmetric, isInitiator: state.isInitiator)
    establish(.established(peer.0, peer.1, keys), ciphers)
  }
}
