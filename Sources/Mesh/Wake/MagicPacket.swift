// SPDX-License-Identifier: Apache-2.0

/// The datagram that makes a network card switch its machine on: six bytes of ones, then the card's
/// address sixteen times (AMD, "Magic Packet Technology", 1995).
package enum MagicPacket {
  package static let count = 102
  /// Where it is sent to by custom: the discard port.
  package static let port: UInt16 = 9

  /// - Returns: `nil` unless `address` is six bytes in hexadecimal with `:` or `-` between them.
  package static func bytes(for address: String) -> [UInt8]? {
    let parts = address.utf8.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == 58 || $0 == 45 })
    guard parts.count == 6 else { return nil }
    var card: [UInt8] = []
    for part in parts {
      guard part.count == 2, let high = digit(part.first), let low = digit(part.last) else {
        return nil
      }
      card.append(high << 4 | low)
    }
    var bytes = [UInt8](repeating: 0xFF, count: 6)
    for _ in 0..<16 { bytes += card }
    return bytes
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case .some(let byte) where (48...57).contains(byte): byte - 48
    case .some(let byte) where (97...102).contains(byte | 32): (byte | 32) - 87
    default: nil
    }
  }
}
