// SPDX-License-Identifier: Apache-2.0

/// What one JSON text may cost: its length, its nesting and the memory of its document.
package struct JSONLimits: Equatable, Sendable {
  /// Longest text accepted, in bytes.
  package var textBytes: Int
  /// Memory for the parsed document, in bytes; a text that needs more is refused.
  package var arenaBytes: Int
  /// Deepest nesting of arrays and objects accepted.
  package var depth = 16

  package init(textBytes: Int, arenaBytes: Int, depth: Int = 16) {
    self.textBytes = textBytes
    self.arenaBytes = arenaBytes
    self.depth = depth
  }

  /// What a stranger may send before a valid handshake, on every profile.
  package static let beforeHandshake = JSONLimits(textBytes: 4096, arenaBytes: 64 << 10)
  /// Limits of the profile `zero`.
  package static let zero = JSONLimits(textBytes: 1 << 20, arenaBytes: 128 << 10)
  /// Limits of the profile `pi2`.
  package static let pi2 = JSONLimits(textBytes: 1 << 20, arenaBytes: 512 << 10)
  /// Limits of the profiles `pi4`, `server` and `cloud`.
  package static let server = JSONLimits(textBytes: 1 << 20, arenaBytes: 4 << 20)
}
