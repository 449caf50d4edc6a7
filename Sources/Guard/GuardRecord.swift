// SPDX-License-Identifier: Apache-2.0

/// What node and guard tell each other, one record of a SOCK_SEQPACKET socket each: little-endian,
/// an eight-byte header, then 64-bit words; set-points and reports have a fixed size.
package enum GuardRecord {
  /// What a record is; the fifth byte.
  package enum Kind: UInt8, Sendable {
    /// Node to guard: one of the outputs there are, before anything else.
    case settings = 1
    /// Node to guard: how fast, and until when.
    case setPoint = 2
    /// Node to guard: the gate is closed, rest.
    case rest = 3
    /// Guard to node: where an output stands.
    case report = 4
    /// Guard to node: why an output cannot be driven, as text.
    case failure = 5
  }

  package static let headerBytes = 8
  /// "TMG1": the records of another version are refused.
  private static let magic: UInt32 = 0x3147_4d54

  package static func header(_ kind: Kind, drive: Int, more: UInt8 = 0, flags: UInt8 = 0)
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: magic >> shift))
    }
    return bytes + [kind.rawValue, UInt8(truncatingIfNeeded: drive), more, flags]
  }

  /// Writes a header in place.
  static func write(
    _ kind: Kind, drive: Int, more: UInt8 = 0, flags: UInt8 = 0,
    to bytes: UnsafeMutableRawBufferPointer
  ) {
    bytes.storeBytes(of: magic.littleEndian, toByteOffset: 0, as: UInt32.self)
    (bytes[4], bytes[5]) = (kind.rawValue, UInt8(truncatingIfNeeded: drive))
    (bytes[6], bytes[7]) = (more, flags)
  }

  static func write(_ word: UInt64, at offset: Int, to bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
  }

  /// What a record is; nil where it has no header of ours.
  package static func kind(of record: UnsafeRawBufferPointer) -> Kind? {
    guard record.count >= headerBytes,
      UInt32(littleEndian: record.loadUnaligned(as: UInt32.self)) == magic
    else { return nil }
    return Kind(rawValue: record[4])
  }

  /// The output a record is about.
  package static func drive(of record: UnsafeRawBufferPointer) -> Int { Int(record[5]) }

  /// How many outputs there are, of a record of settings.
  package static func count(of record: UnsafeRawBufferPointer) -> Int { Int(record[6]) }

  static func word(_ record: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
    UInt64(littleEndian: record.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
