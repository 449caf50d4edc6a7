// SPDX-License-Identifier: Apache-2.0
package import MMP

extension Peering {
  /// Someone has connected.
  ///
  /// When there are too many, the oldest that has not said who it is gives way: strangers who
  /// only hold connections cannot keep members out.
  ///
  /// - Returns: The connection's number, or `nil` to close it at once.
  package mutating func accepted(_ seed: ConnectionSeed, at now: Int64) -> Int? {
    if connections.count >= settings.connectionCapacity, let oldest = oldestStranger {
      close(oldest, .tooManyConnections, at: now)
    }
    guard connections.count < settings.connectionCapacity,
      let session = pulses.reserve(randomness: seed.session)
    else {
      counters.count(.tooManyConnections)
      return nil
    }
    lastNumber += 1
    let stream = PeerConnection(
      role: .acceptor, settings: settings.connection, pulseSession: session,
      ephemeralSeed: seed.ephemeral, now: now)
    connections.append(
      Connection(
        number: lastNumber, target: nil, endpoint: nil, session: session, stream: stream))
    return lastNumber
  }

  /// The connection asked for by `dial` stands.
  package mutating func dialed(_ number: Int, _ seed: ConnectionSeed, at now: Int64) {
    guard let index = index(of: number), let endpoint = connections[index].endpoint else { return }
    guard let session = pulses.reserve(randomness: seed.session) else {
      forget(number, at: now)
      effects.append(.close(connection: number, .tooManyConnections))
      return counters.count(.tooManyConnections)
    }
    connections[index].session = session
    var own = settings.connection
    let usesPrevious =
      connections[index].target.map { policy.usesPrevious($0) } ?? relay.usesPrevious(number)
    if usesPrevious, let previous = own.trust.previous { own.key = previous }
    connections[index].stream = PeerConnection(
      role: .dialer(isSecure: endpoint.isSecure), settings: own,
      pulseSession: session, ephemeralSeed: seed.ephemeral, now: now)
    settle(number, at: now)
  }

  /// The connection asked for by `dial` could not be made.
  package mutating func dialFailed(_ number: Int, at now: Int64) { forget(number, at: now) }

  package mutating func received(
    _ bytes: UnsafeRawBufferPointer, on number: Int, at now: Int64
  ) {
    guard let index = index(of: number) else { return }
    offerNews(index)
    connections[index].stream?.receive(bytes, at: now)
    settle(number, at: now)
  }

  /// The peer has closed, or the stream has failed.
  package mutating func ended(_ number: Int, at now: Int64) {
    guard let index = index(of: number) else { return }
    guard connections[index].stream != nil else { return forget(number, at: now) }
    connections[index].stream?.receiveEnd()
    settle(number, at: now)
  }

  /// mDNS shows a node.
  package mutating func found(_ peer: FoundPeer, at now: Int64) {
    policy.found(peer, at: now)
    dial(at: now)
  }

  /// mDNS says that a node has gone.
  package mutating func lost(_ nodeID: NodeID, at now: Int64) {
    policy.lost(nodeID)
    dial(at: now)
  }

  /// Sends a frame to the peer in `slot`, if it is still there.
  package mutating func send(_ frame: Frame, to slot: Int, at now: Int64) {
    guard let number = table[slot]?.connection, let index = index(of: number) else { return }
    connections[index].stream?.send(frame, at: now)
    settle(number, at: now)
  }

  /// Ends a connection, as when its stream cannot take more bytes.
  package mutating func close(_ number: Int, _ reason: CloseReason, at now: Int64) {
    guard let index = index(of: number) else { return }
    guard connections[index].stream != nil else {
      forget(number, at: now)
      return effects.append(.cancelDial(connection: number))
    }
    connections[index].stream?.close(reason)
    settle(number, at: now)
  }
}
