// SPDX-License-Identifier: Apache-2.0

/// What a stream of frames may cost.
package struct FrameLimits: Equatable, Sendable {
  /// Longest frame held in memory; a longer one, up to the protocol's 1 MiB, is skipped as it
  /// arrives and counted, since its document would not fit the arena anyway.
  package var heldBytes: Int
  /// Memory and shape of a frame's document.
  package var json: JSONLimits

  package init(heldBytes: Int, json: JSONLimits) {
    self.heldBytes = heldBytes
    self.json = json
  }

  /// Limits of the profile `zero`.
  package static let zero = FrameLimits(heldBytes: 128 << 10, json: .zero)
  /// Limits of the profile `pi2`.
  package static let pi2 = FrameLimits(heldBytes: 512 << 10, json: .pi2)
  /// Limits of the profiles `pi4`, `server` and `cloud`.
  package static let server = FrameLimits(heldBytes: 1 << 20, json: .server)
}
