// SPDX-License-Identifier: Apache-2.0

/// How a sleeping node can be woken from outside (MMP 0.2.0 §1.4).
///
/// A frame of its own from nodes in the field, a member of `peer-info` entries everywhere.
package struct WakeChannel: Equatable, Sendable {
  /// Longest token read, bytes.
  package static let longestToken = 512

  /// `apns`, `fcm`, `wol` or `gpio`.
  package var platform: String
  package var token: String
  /// `sandbox` or `production` where the platform knows both, else empty.
  package var environment: String

  package init(platform: String, token: String, environment: String = "") {
    (self.platform, self.token, self.environment) = (platform, token, environment)
  }

  package func write(_ object: inout JSONWriter) {
    object.field("platform", platform)
    object.field("token", token)
    if !environment.isEmpty { object.field("environment", environment) }
  }

  /// `nil` for what names no platform or token that could be used.
  package init?(reading object: JSONValue) {
    guard let platform = object.string("platform"), isName(platform),
      let token = object.string("token"), (1...Self.longestToken).contains(token.utf8.count)
    else { return nil }
    let environment = object.string("environment") ?? ""
    self.init(
      platform: platform, token: token, environment: isName(environment) ? environment : "")
  }
}
