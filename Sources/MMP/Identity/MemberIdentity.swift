// SPDX-License-Identifier: Apache-2.0

/// A node as a mesh group names it: the first 16 hexadecimal digits of its key's fingerprint.
///
/// Mesh Group 0.1.0 §4.1 names an "Ed25519 public-key fingerprint" without saying of what kind;
/// it is taken to be SHA-256 of the raw 32 bytes.
package struct MemberIdentity: Hashable, Comparable, Sendable, CustomStringConvertible {
  private let value: UInt64

  package init(of publicKey: Key32) {
    value = BlockBytes.sha256(publicKey.bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// - Returns: `nil` unless `text` is 16 hexadecimal digits of any case.
  package init?(_ text: some Collection<UInt8>) {
    guard let bytes = ByteText.bytes(hex: text, count: 8) else { return nil }
    value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  package var description: String {
    ByteText.hex((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) })
  }

  package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
