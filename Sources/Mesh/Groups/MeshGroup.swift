// SPDX-License-Identifier: Apache-2.0

/// A mesh group as its members agree on it.
///
/// Source: Mesh Group 0.1.0 §3.
package struct MeshGroup: Equatable, Sendable {
  package static let longestLabel = 64
  package static let longestToken = 128

  package var id: GroupID
  /// What people call it, 1 to 64 bytes.
  package var label: String?
  /// When it ends, milliseconds of the Unix epoch by the wall clock; nil for when all have left.
  package var expiresAt: Int64?
  /// Who brings it is admitted by a relay; a secret.
  package var token: String?
  /// Not told of on the local network.
  package var isHidden = false
  /// Not taken to a relay.
  package var isLANOnly = false

  package init(id: GroupID) { self.id = id }

  /// Whether `label` is 1 to 64 bytes without control characters.
  package static func isValid(label: String) -> Bool {
    (1...longestLabel).contains(label.utf8.count)
      && label.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// Whether `token` is 1 to 128 characters that a header can carry.
  package static func isValid(token: String) -> Bool {
    (1...longestToken).contains(token.utf8.count)
      && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// Whether the group has ended at the wall-clock time `wall`, milliseconds.
  package func isExpired(at wall: Int64) -> Bool { expiresAt.map { $0 <= wall } ?? false }
}
