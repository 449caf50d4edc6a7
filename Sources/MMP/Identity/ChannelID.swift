// SPDX-License-Identifier: Apache-2.0

/// A channel as pulses carry it: 32 bits made from its name.
///
/// The first 4 bytes, little-endian, of BLAKE2b-128 of the name in UTF-8 (libsodium makes no
/// digest below 16 bytes). Two names of one mesh meet with probability 2^-32 a pair; whoever
/// configures channels refuses such a pair.
package struct ChannelID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package init(name: String) {
    let digest = Blake2b.digest([UInt8](name.utf8), count: 16)
    rawValue = digest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  package var description: String { "channel \(rawValue)" }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
