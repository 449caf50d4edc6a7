// SPDX-License-Identifier: Apache-2.0

/// The 13 readable, authenticated bytes before the sealed body of a datagram.
///
/// Byte 0: version in the high four bits, kind in the low. Bytes 1…4: session of the receiver.
/// Bytes 5…12: counter of the sender, also the nonce. Little-endian.
struct PulseHeader: Equatable, Sendable {
  static let count = 13
  static let version: UInt8 = 1

  let kind: PulseMessage.Kind
  let session: SessionID
  let counter: UInt64

  init(kind: PulseMessage.Kind, session: SessionID, counter: UInt64) {
    (self.kind, self.session, self.counter) = (kind, session, counter)
  }

  /// Reads the header of a datagram and checks its length against its kind.
  init(_ datagram: UnsafeRawBufferPointer) throws(PulseError) {
    guard datagram.count > Self.count else { throw .length(datagram.count) }
    let first = datagram[0]
    guard first >> 4 == Self.version else { throw .version(first >> 4) }
    guard let kind = PulseMessage.Kind(rawValue: first & 0x0F) else {
      throw .kind(first & 0x0F)
    }
    guard datagram.count == Self.datagramCount(kind) else { throw .length(datagram.count) }
    let session = datagram.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
    let counter = datagram.loadUnaligned(fromByteOffset: 5, as: UInt64.self)
    self.kind = kind
    self.session = SessionID(rawValue: UInt32(littleEndian: session))
    self.counter = UInt64(littleEndian: counter)
  }

  static func datagramCount(_ kind: PulseMessage.Kind) -> Int {
    count + kind.bodyCount + ChaChaPoly.tagCount
  }

  func write(to datagram: UnsafeMutableRawBufferPointer) {
    datagram[0] = Self.version << 4 | kind.rawValue
    datagram.storeBytes(of: session.rawValue.littleEndian, toByteOffset: 1, as: UInt32.self)
    datagram.storeBytes(of: counter.littleEndian, toByteOffset: 5, as: UInt64.self)
  }
}
