// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// What a push service's answer means for the notification.
package enum PushAnswer: Equatable {
  case sent
  /// The device will not come back under this token.
  case gone(String)
  /// The authorisation has run out: once more with a new one.
  case renew(String)
  /// Later, after so many seconds where the service says so.
  case retry(String, seconds: Int?)
  /// It will not take this one however often it is sent.
  case refused(String)

  /// Longest answer read, bytes.
  package static let longest = 4096

  /// Of Apple's service ("Handling notification responses from APNs").
  package init(apns status: Int, body: [UInt8], retryAfter: Int?) {
    let reason = Self.text(body) { $0.string("reason") } ?? "status \(status)"
    switch (status, reason) {
    case (200, _): self = .sent
    case (410, _), (400, "BadDeviceToken"), (400, "DeviceTokenNotForTopic"): self = .gone(reason)
    case (403, "ExpiredProviderToken"): self = .renew(reason)
    case (429, _), (500...599, _): self = .retry(reason, seconds: retryAfter)
    default: self = .refused(reason)
    }
  }

  /// Of Google's service ("FCM error codes", HTTP v1).
  package init(fcm status: Int, body: [UInt8], retryAfter: Int?) {
    let reason = Self.text(body) { Self.code(of: $0) } ?? "status \(status)"
    switch (status, reason) {
    case (200...299, _): self = .sent
    case (404, "UNREGISTERED"): self = .gone(reason)
    case (401, _): self = .renew(reason)
    case (429, _), (500...599, _): self = .retry(reason, seconds: retryAfter)
    default: self = .refused(reason)
    }
  }

  /// The messaging service's own code, else the general one.
  private static func code(of root: JSONValue) -> String? {
    let error = root.object("error")
    guard let details = error?.array("details") else { return error?.string("status") }
    for index in 0..<min(details.count, 8) {
      if let code = details[index]?.string("errorCode") { return code }
    }
    return error?.string("status")
  }

  private static func text(_ body: [UInt8], _ read: (JSONValue) -> String?) -> String? {
    let limits = JSONLimits(textBytes: longest, arenaBytes: 32 << 10)
    do throws(JSONFailure) {
      let text = try JSONDocument.read(body, limits: limits, read)
      return text.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) }
    } catch { return nil }
  }
}
