// SPDX-License-Identifier: Apache-2.0

/// What each side of a secure link says of itself inside the handshake, encrypted.
///
/// Version 1 in one byte, then big-endian: Ed25519 public key (32), epoch u32, boot u32, pulse
/// session u32, UDP port u16: 47 bytes. Then any number of extensions, each a type (1 byte), a
/// length (1 byte) and so many bytes; types not known are skipped. At most 512 bytes in all.
/// Extension 1 is the `NodeCertificate` of a key whose epoch is not 0.
package struct LinkHello: Equatable, Sendable {
  package static let maximumCount = 512
  static let fixedCount = 47
  private static let version: UInt8 = 1
  private static let certificateType: UInt8 = 1

  /// The current Ed25519 key of the speaker.
  package let publicKey: Key32
  /// 0 for the first key of a node.
  package let epoch: UInt32
  /// Drawn at each start of the speaker; the one its pulses carry.
  package let boot: UInt32
  /// Where the speaker wants the pulses of this peer; 0 when it wants none.
  package let pulseSession: SessionID
  /// The speaker's UDP port; 0 when it has none.
  package let udpPort: UInt16
  /// What makes a key of a later epoch a key of its node.
  package let certificate: NodeCertificate?

  package init(
    publicKey: Key32, epoch: UInt32 = 0, boot: UInt32, pulseSession: SessionID, udpPort: UInt16,
    certificate: NodeCertificate? = nil
  ) {
    self.publicKey = publicKey
    self.epoch = epoch
    self.boot = boot
    self.pulseSession = pulseSession
    self.udpPort = udpPort
    self.certificate = certificate
  }

  var bytes: [UInt8] {
    [Self.version] + publicKey.bytes + bigEndian(epoch) + bigEndian(boot)
      + bigEndian(pulseSession.rawValue) + bigEndian(udpPort)
      + (certificate.map { [Self.certificateType, UInt8(NodeCertificate.count)] + $0.bytes } ?? [])
  }

  init(_ bytes: [UInt8]) throws(LinkHelloError) {
    guard bytes.count <= Self.maximumCount else { throw .tooLong(bytes.count) }
    guard let version = bytes.first else { throw .tooShort(0) }
    guard version == Self.version else { throw .version(version) }
    guard bytes.count >= Self.fixedCount, let publicKey = Key32(bytes[1..<33]) else {
      throw .tooShort(bytes.count)
    }
    let certificate = try Self.certificate(in: bytes[Self.fixedCount...])
    self.init(
      publicKey: publicKey, epoch: number(bytes[33..<37]), boot: number(bytes[37..<41]),
      pulseSession: SessionID(rawValue: number(bytes[41..<45])),
      udpPort: number(bytes[45..<47]), certificate: certificate)
  }

  /// Walks over all extensions; the first certificate counts.
  private static func certificate(in bytes: ArraySlice<UInt8>) throws(LinkHelloError)
    -> NodeCertificate?
  {
    var found: NodeCertificate?
    var rest = bytes
    while !rest.isEmpty {
      guard rest.count >= 2, rest.count - 2 >= Int(rest[rest.startIndex + 1]) else {
        throw .extensions
      }
      let content = rest.dropFirst(2).prefix(Int(rest[rest.startIndex + 1]))
      if rest[rest.startIndex] == certificateType, found == nil {
        found = NodeCertificate(bytes: content)
      }
      rest = rest.dropFirst(2 + content.count)
    }
    return found
  }
}

/// Why a handshake payload is not a hello.
package enum LinkHelloError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong(Int)
  case tooShort(Int)
  case version(UInt8)
  case extensions

  package var description: String {
    switch self {
    case .tooLong(let count): "hello of \(count) bytes, expected at most 512"
    case .tooShort(let count): "hello of \(count) bytes, expected 47 or more"
    case .version(let version): "hello of version \(version), expected 1"
    case .extensions: "hello with an extension that runs past its end"
    }
  }
}

/// The bytes of `value`, most significant first.
func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  (0..<Value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
}

/// The number in `bytes`, most significant first; as many as `Value` has.
func number<Value: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Value {
  bytes.reduce(0) { $0 << 8 | Value($1) }
}
