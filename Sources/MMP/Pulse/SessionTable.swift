// SPDX-License-Identifier: Apache-2.0

/// The sessions on which datagrams may come in, found by their first bytes in constant time.
///
/// The low 12 bits of an id are its slot, the high 20 are random: an id of an earlier session in
/// the same slot does not match. A datagram of no session is counted and dropped unopened.
package struct SessionTable: Sendable {
  /// What came in on which session.
  package struct Arrival: Equatable, Sendable {
    package let session: SessionID
    /// 0..<capacity, the same as long as the session lives.
    package let slot: Int
    package let message: PulseMessage
  }

  /// Datagrams since the start, by what became of them.
  package struct Counts: Equatable, Sendable {
    package var opened: UInt64 = 0
    package var malformed: UInt64 = 0
    package var unknownSession: UInt64 = 0
    package var unauthentic: UInt64 = 0
    package var replayed: UInt64 = 0
    package var impossible: UInt64 = 0
  }

  package static let maximumCapacity = 4_096

  package private(set) var counts = Counts()
  /// The raw id of each slot, 0 for a free one.
  private var ids: [UInt32]
  private var openers: [PulseOpener?]
  private var cursor = 0

  /// - Parameter capacity: 1…4096; the profile's number of peers, and some for reconnects.
  package init(capacity: Int) {
    precondition((1...Self.maximumCapacity).contains(capacity), "1 to 4096 sessions")
    ids = [UInt32](repeating: 0, count: capacity)
    openers = [PulseOpener?](repeating: nil, count: capacity)
  }

  /// An id for a handshake that begins, before its keys are known.
  ///
  /// - Parameter randomness: 32 fresh random bits.
  /// - Returns: `nil` when all slots are taken: refuse the connection.
  package mutating func reserve(randomness: UInt32) -> SessionID? {
    for _ in ids.indices {
      let slot = cursor
      cursor = (cursor + 1) % ids.count
      if ids[slot] == 0 {
        let high = max(randomness >> 12, 1)
        ids[slot] = high << 12 | UInt32(slot)
        return SessionID(rawValue: ids[slot])
      }
    }
    return nil
  }

  /// Lets datagrams in on a reserved session, sealed with `key`.
  ///
  /// - Returns: `false` when the id is not reserved here or is open already.
  package mutating func open(_ session: SessionID, key: Key32) -> Bool {
    guard let slot = slot(of: session), openers[slot] == nil else { return false }
    openers[slot] = PulseOpener(session: session, key: key)
    return true
  }

  /// Forgets a session, open or reserved; one that is not here is ignored.
  package mutating func close(_ session: SessionID) {
    guard let slot = slot(of: session) else { return }
    ids[slot] = 0
    openers[slot] = nil
  }

  /// The slot of a session that is open or reserved.
  package func slot(of session: SessionID) -> Int? {
    let slot = Int(session.rawValue & 0xFFF)
    guard session.rawValue != 0, slot < ids.count, ids[slot] == session.rawValue else {
      return nil
    }
    return slot
  }

  /// Finds the session of a datagram, checks and opens it, and counts what became of it.
  package mutating func receive(_ datagram: UnsafeRawBufferPointer) throws(PulseError)
    -> Arrival
  {
    do {
      let arrival = try find(datagram)
      counts.opened += 1
      return arrival
    } catch {
      count(error)
      throw error
    }
  }

  private mutating func find(_ datagram: UnsafeRawBufferPointer) throws(PulseError) -> Arrival {
    let header = try PulseHeader(datagram)
    guard let slot = slot(of: header.session),
      let message = try openers[slot]?.open(datagram, header)
    else { throw .unknownSession(header.session) }
    return Arrival(session: header.session, slot: slot, message: message)
  }

  private mutating func count(_ error: PulseError) {
    switch error {
    case .length, .version, .kind, .counterExhausted, .room: counts.malformed += 1
    case .unknownSession: counts.unknownSession += 1
    case .authentication: counts.unauthentic += 1
    case .replayed, .tooOld: counts.replayed += 1
    case .value: counts.impossible += 1
    }
  }
}
