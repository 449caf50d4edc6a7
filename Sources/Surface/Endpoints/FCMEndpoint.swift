// SPDX-License-Identifier: Apache-2.0

/// Google's messaging service, version 1: authorised by an access token that the service account's
/// assertion is exchanged for.
final class FCMEndpoint: PushEndpoint {
  static let host = "https://fcm.googleapis.com"
  /// Before the token runs out, seconds: for the way there.
  static let margin: Int64 = 60

  private var access: (token: String, until: Int64)?
  private var isAsking = false

  override func request(for order: PushOrder) throws(Desk.Refusal) -> WebRequest {
    guard let account = ServiceAccount(try secretFile()) else {
      throw Desk.Refusal(reason: "\(line.secretFile ?? ""): expected a service account's key file")
    }
    isAsking = (access?.until ?? 0) <= seconds
    guard !isAsking, let access else { return try ask(account) }
    let host = line.url.isEmpty ? Self.host : line.url
    guard let address = WebAddress(http: "\(host)/v1/projects/\(account.project)/messages:send")
    else { throw Desk.Refusal(reason: "\(host) is no address") }
    var request = WebRequest(address)
    request.body = order.fcmBody
    request.key = access.token
    return request
  }

  private func ask(_ account: ServiceAccount) throws(Desk.Refusal) -> WebRequest {
    guard let address = WebAddress(http: account.tokenAddress),
      let body = account.request(at: seconds)
    else { throw Desk.Refusal(reason: "\(line.secretFile ?? ""): no key or address of its own") }
    var request = WebRequest(address)
    request.body = body
    request.contentType = "application/x-www-form-urlencoded"
    return request
  }

  override func answer(_ status: Int, _ body: [UInt8], retryAfter: Int?) -> PushAnswer? {
    guard isAsking else { return PushAnswer(fcm: status, body: body, retryAfter: retryAfter) }
    guard status == 200, let (token, lifetime) = ServiceAccount.access(body),
      lifetime > Self.margin
    else {
      let reason = "no access token: status \(status)"
      return status == 429 || status >= 500
        ? .retry(reason, seconds: retryAfter) : .refused(reason)
    }
    access = (token, seconds + min(lifetime, 3600) - Self.margin)
    return nil
  }

  override func renew() -> Bool {
    access = nil
    return true
  }
}
