// SPDX-License-Identifier: Apache-2.0

/// The checks that keep an attacker out, each of which a test can switch off.
///
/// Not reachable from other modules: a security test shows that its attacker gets through once
/// the one check is missing, and so that the check is what stops it.
struct SecurityChecks: OptionSet, Sendable {
  let rawValue: UInt8

  /// A datagram is accepted once.
  static let replay = Self(rawValue: 1 << 0)
  /// The static key of a handshake belongs to the identity that the hello claims.
  static let identity = Self(rawValue: 1 << 1)
  /// The peer is another node.
  static let ownNode = Self(rawValue: 1 << 2)
  static let all: Self = [.replay, .identity, .ownNode]
}
