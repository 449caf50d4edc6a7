// SPDX-License-Identifier: Apache-2.0

/// Apple's push service: HTTP/2, authorised by a token that this provider signs.
final class APNsEndpoint: PushEndpoint {
  static let production = "https://api.push.apple.com"
  static let sandbox = "https://api.sandbox.push.apple.com"

  private var token: ProviderToken?

  override func request(for order: PushOrder) throws(Desk.Refusal) -> WebRequest {
    let host = line.url.isEmpty ? (order.isSandbox ? Self.sandbox : Self.production) : line.url
    guard let address = WebAddress(http: "\(host)/3/device/\(order.token)") else {
      throw Desk.Refusal(reason: "\(host) is no address")
    }
    var request = WebRequest(address)
    request.isHTTP2 = true
    request.body = order.apnsBody
    request.key = try current()
    request.more = """
      apns-topic: \(line.topic)
      apns-push-type: background
      apns-priority: 5
      apns-expiration: \(seconds + PushOrder.lifetime)
      """
    return request
  }

  private func current() throws(Desk.Refusal) -> String {
    let now = seconds
    if let token, token.isGood(at: now) { return token.text }
    let pem = String(decoding: try secretFile(), as: UTF8.self)
    let issuer = line.user ?? ""
    guard let text = WebToken.es256(pem: pem, keyID: line.name, issuer: issuer, at: now) else {
      throw Desk.Refusal(reason: "\(line.secretFile ?? ""): expected a P-256 key (PKCS#8, PEM)")
    }
    token = ProviderToken(text, at: now)
    return text
  }

  override func answer(_ status: Int, _ body: [UInt8], retryAfter: Int?) -> PushAnswer? {
    PushAnswer(apns: status, body: body, retryAfter: retryAfter)
  }

  override func renew() -> Bool {
    guard token?.mayBeReplaced(at: seconds) ?? true else { return false }
    token = nil
    return true
  }
}
