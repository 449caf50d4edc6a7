// SPDX-License-Identifier: Apache-2.0
import CSodium

/// Thirty-two bytes that are a key, a seed or a secret.
///
/// The length is checked once, here, so that no C call can read past its end. Comparison takes
/// the same time whatever the bytes are. Randomness is never drawn: the caller brings the bytes.
package struct Key32: Equatable, Sendable {
  package static let count = 32
  /// A key of 32 zero bytes, never a valid secret.
  package static let zero = Self(hashed: [UInt8](repeating: 0, count: count))

  package let bytes: [UInt8]

  /// - Returns: `nil` unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.count else { return nil }
    self.bytes = bytes
  }

  package init?(_ bytes: ArraySlice<UInt8>) {
    self.init([UInt8](bytes))
  }

  /// The result of a primitive whose output is 32 bytes by construction.
  init(hashed bytes: [UInt8]) {
    precondition(bytes.count == Self.count, "a primitive gave a key of the wrong length")
    self.bytes = bytes
  }

  package static func == (left: Self, right: Self) -> Bool {
    sodium_memcmp(left.bytes, right.bytes, count) == 0
  }
}
