// SPDX-License-Identifier: Apache-2.0

/// A Cognitive Memory Block: seven categories of one observation, who made it and from what.
///
/// The key says what it says (`CMBKey`), the signature who says so (`CMBSignature`).
package struct CMB: Equatable, Sendable {
  /// The categories in the clear, or sealed for one peer.
  package enum Content: Equatable, Sendable {
    case clear(CMBCategories)
    /// AES-256-GCM of the categories' JSON, its tag at the end.
    case sealed([UInt8], nonce: [UInt8])
  }

  /// Two ways to write a block; which one a peer reads is its dialect's.
  package enum Form: Sendable {
    /// `fields` beside the metadata: sym 0.3.4 to 0.10.
    case flat
    /// `categories` and `metadata`: sym from 0.11 on.
    case sectioned
  }

  /// Most parents read of one block; a block of more is malformed.
  package static let mostParents = 64

  package var content: Content
  /// `cmb-` and 64 hexadecimal digits, where the sender computes keys as they are computed today.
  package var key: String?
  /// Name of the author.
  package var createdBy: String
  /// Milliseconds of the Unix epoch.
  package var createdTimestamp: Int64
  /// Keys of the blocks this one was made from; nil for a first thought.
  package var parents: [String]?
  /// How it was made from them.
  package var method: String?
  package var room: String?
  /// nodeId of the only reader meant; nil for everyone.
  package var to: String?
  /// Ed25519, base64url.
  package var signature: String?
  /// The group it belongs to: `meta.group_id` (Mesh Group 0.1.0 §5.1).
  package var groupID: String?
  /// What only the signature suite of MMP 2.0 knows.
  package var assertion: CMBAssertion?

  package init(_ categories: CMBCategories, createdBy: String, createdTimestamp: Int64) {
    content = .clear(categories)
    key = CMBKey.current(of: categories)
    (self.createdBy, self.createdTimestamp) = (createdBy, createdTimestamp)
  }

  /// The categories, unless they are sealed.
  package var categories: CMBCategories? {
    if case .clear(let categories) = content { categories } else { nil }
  }
}
