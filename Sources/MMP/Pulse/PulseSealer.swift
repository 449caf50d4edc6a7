// SPDX-License-Identifier: Apache-2.0

/// Makes the datagrams of one session in one direction; allocates nothing.
package struct PulseSealer: Sendable {
  /// No datagram is longer.
  package static let maximumCount = 81

  /// Chosen by the receiver, from its `LinkHello`.
  package let session: SessionID
  /// That of the next datagram.
  package private(set) var counter: UInt64
  private let key: Key32

  package init(session: SessionID, key: Key32) {
    self.init(session: session, key: key, counter: 0)
  }

  init(session: SessionID, key: Key32, counter: UInt64) {
    (self.session, self.key, self.counter) = (session, key, counter)
  }

  /// Writes the sealed datagram of `message` to the start of `datagram`.
  ///
  /// - Parameters:
  ///   - message: Refused when one of its values cannot be meant.
  ///   - datagram: The caller's; 81 bytes are always enough.
  /// - Throws: What is wrong with the message, the buffer or the session; nothing is written.
  /// - Returns: Bytes written: 81 for a pulse, 37 for a ping, 53 for an ack.
  package mutating func seal(
    _ message: PulseMessage, into datagram: UnsafeMutableRawBufferPointer
  ) throws(PulseError) -> Int {
    if let fault = message.fault { throw fault }
    let count = PulseHeader.datagramCount(message.kind)
    guard datagram.count >= count else {
      throw .room(expected: count, found: datagram.count)
    }
    guard counter != .max else { throw .counterExhausted }
    let head = UnsafeMutableRawBufferPointer(rebasing: datagram[..<PulseHeader.count])
    let rest = UnsafeMutableRawBufferPointer(rebasing: datagram[PulseHeader.count..<count])
    let body = UnsafeRawBufferPointer(rebasing: rest[..<message.kind.bodyCount])
    PulseHeader(kind: message.kind, session: session, counter: counter).write(to: head)
    message.write(to: rest)
    ChaChaPoly.seal(
      body, header: UnsafeRawBufferPointer(head), into: rest, key: key, counter: counter)
    counter += 1
    return count
  }
}
