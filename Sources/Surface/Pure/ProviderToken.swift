// SPDX-License-Identifier: Apache-2.0

/// When a token for Apple's push service is used, and when a new one is made: it is good for an hour,
/// and no more than one in twenty minutes is taken.
package struct ProviderToken {
  package static let useSeconds: Int64 = 50 * 60
  package static let leastSeconds: Int64 = 20 * 60

  package let text: String
  private let issued: Int64

  package init(_ text: String, at seconds: Int64) { (self.text, issued) = (text, seconds) }

  /// Whether it is still used; not after the clock was set back, either.
  package func isGood(at seconds: Int64) -> Bool {
    (issued...issued + Self.useSeconds).contains(seconds)
  }

  /// Whether another one may take its place already.
  package func mayBeReplaced(at seconds: Int64) -> Bool {
    !(issued..<issued + Self.leastSeconds).contains(seconds)
  }
}
