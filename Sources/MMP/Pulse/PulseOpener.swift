// SPDX-License-Identifier: Apache-2.0

/// Opens the datagrams of one session in one direction; allocates nothing.
package struct PulseOpener: Sendable {
  /// Chosen here and told to the sender in our `LinkHello`.
  package let session: SessionID
  private let key: Key32
  private let checks: SecurityChecks
  private var window = ReplayWindow()

  package init(session: SessionID, key: Key32) {
    self.init(session: session, key: key, checks: .all)
  }

  init(session: SessionID, key: Key32, checks: SecurityChecks) {
    (self.session, self.key, self.checks) = (session, key, checks)
  }

  /// One more than the highest counter accepted so far: what was sent, lost ones included.
  package var highestCounterEnd: UInt64 { window.next }

  /// Checks and opens one datagram; the replay window moves only for an authentic one.
  package mutating func open(_ datagram: UnsafeRawBufferPointer) throws(PulseError)
    -> PulseMessage
  {
    let header = try PulseHeader(datagram)
    guard header.session == session else { throw .unknownSession(header.session) }
    return try open(datagram, header)
  }

  /// As `open(_:)`, for a caller who has read the header and found this session by it.
  mutating func open(_ datagram: UnsafeRawBufferPointer, _ header: PulseHeader)
    throws(PulseError) -> PulseMessage
  {
    guard header.counter != .max else { throw .tooOld(header.counter) }
    if checks.contains(.replay) {
      switch window.verdict(on: header.counter) {
      case .fresh: break
      case .seen: throw .replayed(header.counter)
      case .tooOld: throw .tooOld(header.counter)
      }
    }
    guard let message = decrypt(datagram, header) else { throw .authentication }
    window.accept(header.counter)
    if let fault = message.fault { throw fault }
    return message
  }

  private func decrypt(_ datagram: UnsafeRawBufferPointer, _ header: PulseHeader)
    -> PulseMessage?
  {
    var body = InlineArray<52, UInt8>(repeating: 0)
    let head = UnsafeRawBufferPointer(rebasing: datagram[..<PulseHeader.count])
    let sealed = UnsafeRawBufferPointer(rebasing: datagram[PulseHeader.count...])
    return withUnsafeMutableBytes(of: &body) { body in
      guard
        ChaChaPoly.open(sealed, header: head, into: body, key: key, counter: header.counter)
      else { return nil }
      return PulseMessage.read(header.kind, from: UnsafeRawBufferPointer(body))
    }
  }
}
