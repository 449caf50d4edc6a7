// SPDX-License-Identifier: Apache-2.0

/// The checks that keep an attacker out, each of which a test can switch off.
///
/// Not reachable from other modules: a security test shows that its attacker gets through once
/// the one check is missing, and so that the check is what stops it.
struct SecurityChecks: OptionSet, Sendable {
  let rawValue: UInt16

  /// A datagram is accepted once.
  static let replay = Self(rawValue: 1 << 0)
  /// The static key of a handshake belongs to the identity that the hello claims.
  static let identity = Self(rawValue: 1 << 1)
  /// The peer is another node.
  static let ownNode = Self(rawValue: 1 << 2)
  /// A key of a later epoch has the owner's certificate.
  static let certificate = Self(rawValue: 1 << 3)
  /// A key is not older than the newest seen of its node.
  static let epoch = Self(rawValue: 1 << 4)
  /// The peer has not been revoked.
  static let revocation = Self(rawValue: 1 << 5)
  /// After a revocation the secret before opens links for known nodes alone.
  static let guardedOverlap = Self(rawValue: 1 << 6)
  /// The secret before opens links until its time is over.
  static let overlapEnd = Self(rawValue: 1 << 7)
  /// What claims to be the owner's word has the owner's signature.
  static let ownerSignature = Self(rawValue: 1 << 8)
  /// An owner's word that is older than what is known changes nothing.
  static let ownerOrder = Self(rawValue: 1 << 9)
  /// What a node says of itself has that node's signature.
  static let cardSignature = Self(rawValue: 1 << 10)
  static let all = Self(rawValue: (1 << 11) - 1)
}
