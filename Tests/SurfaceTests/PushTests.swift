// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Surface

@Suite struct PushTests {
  private func apns(_ status: Int, _ reason: String?) -> PushAnswer {
    let body = reason.map { "{\"reason\":\"\($0)\"}" } ?? ""
    return PushAnswer(apns: status, body: Array(body.utf8), retryAfter: nil)
  }

  /// "Handling notification responses from APNs" of Apple's documentation.
  @Test func whatAppleAnswers() {
    #expect(apns(200, nil) == .sent)
    #expect(apns(400, "BadDeviceToken") == .gone("BadDeviceToken"))
    #expect(apns(400, "BadTopic") == .refused("BadTopic"))
    #expect(apns(403, "ExpiredProviderToken") == .renew("ExpiredProviderToken"))
    #expect(apns(403, "InvalidProviderToken") == .refused("InvalidProviderToken"))
    #expect(apns(410, "Unregistered") == .gone("Unregistered"))
    #expect(apns(429, "TooManyRequests") == .retry("TooManyRequests", seconds: nil))
    #expect(
      apns(503, "ServiceUnavailable") == .retry("ServiceUnavailable", seconds: nil))
    #expect(apns(413, nil) == .refused("status 413"))
    #expect(
      PushAnswer(apns: 500, body: Array("<html>".utf8), retryAfter: 7)
        == .retry("status 500", seconds: 7))
  }

  /// "Error codes" of the FCM v1 reference: the code of the messaging service is in the details.
  @Test func whatGoogleAnswers() {
    func fcm(_ status: Int, _ general: String, _ code: String?, _ after: Int? = nil) -> PushAnswer {
      let details = code.map {
        """
        ,"details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError",\
        "errorCode":"\($0)"}]
        """
      }
      let body = "{\"error\":{\"code\":\(status),\"status\":\"\(general)\"\(details ?? "")}}"
      return PushAnswer(fcm: status, body: Array(body.utf8), retryAfter: after)
    }
    #expect(PushAnswer(fcm: 200, body: Array("{\"name\":\"x\"}".utf8), retryAfter: nil) == .sent)
    #expect(fcm(404, "NOT_FOUND", "UNREGISTERED") == .gone("UNREGISTERED"))
    #expect(fcm(404, "NOT_FOUND", nil) == .refused("NOT_FOUND"))
    #expect(fcm(401, "UNAUTHENTICATED", nil) == .renew("UNAUTHENTICATED"))
    #expect(fcm(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT") == .refused("INVALID_ARGUMENT"))
    #expect(
      fcm(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED") == .retry("QUOTA_EXCEEDED", seconds: nil))
    #expect(fcm(503, "UNAVAILABLE", "UNAVAILABLE", 12) == .retry("UNAVAILABLE", seconds: 12))
  }

  /// Apple: no more than one in 20 minutes, no less than one in 60.
  @Test func aProviderTokenIsMadeAnewInTime() {
    let token = ProviderToken("t", at: 10_000)
    #expect(token.isGood(at: 10_000) && token.isGood(at: 13_000))
    #expect(!token.isGood(at: 13_001) && !token.isGood(at: 9_999))
    #expect(!token.mayBeReplaced(at: 10_000) && !token.mayBeReplaced(at: 11_199))
    #expect(token.mayBeReplaced(at: 11_200) && token.mayBeReplaced(at: 9_999))
  }

  private func order(_ token: String, _ environment: String = "") -> PushOrder? {
    let text = """
      {"number":7,"token":"\(token)","environment":"\(environment)","from":"id","fromName":"a\\"b",
      "reason":"mood"}
      """
    return PushOrder(Array(text.utf8))
  }

  @Test func aTokenThatWouldLeaveThePathIsRefused() {
    #expect(order("0aF9")?.isSandbox == false)
    #expect(order("0aF9", "sandbox")?.isSandbox == true)
    #expect(order("abc:APA91b-x_y.z") != nil)
    for token in ["", "a/b", "../x", "a b", "a%2Fb", "a?b", "a#b", "é"] {
      #expect(order(token) == nil, "\(token)")
    }
  }

  @Test func bodiesAreWhatTheServicesDocument() throws {
    let order = try #require(self.order("t"))
    let apns = try JSONSerialization.jsonObject(with: Data(order.apnsBody)) as? NSDictionary
    #expect(
      apns == [
        "aps": ["content-available": 1], "type": "wake", "from": "id", "fromName": "a\"b",
        "reason": "mood",
      ])
    let fcm = try JSONSerialization.jsonObject(with: Data(order.fcmBody)) as? NSDictionary
    #expect(
      fcm == [
        "message": [
          "token": "t",
          "data": ["type": "wake", "from": "id", "fromName": "a\"b", "reason": "mood"],
          "android": ["priority": "high", "ttl": "3600s"],
        ]
      ])
  }

  private func account(_ pem: String, project: String = "p-1") -> ServiceAccount? {
    let file: [String: String] = [
      "project_id": project, "client_email": "a@p-1.example", "private_key": pem,
      "private_key_id": "k1", "token_uri": "https://t.example/token",
    ]
    guard let data = try? JSONSerialization.data(withJSONObject: file) else { return nil }
    return ServiceAccount(Array(data))
  }

  @Test func aServiceAccountAsksForAnAccessToken() throws {
    let account = try #require(self.account(WebTokenTests.rsa()))
    let body = try #require(account.request(at: 1000))
    let text = String(decoding: body, as: UTF8.self)
    #expect(
      text.hasPrefix(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey"))
    #expect(self.account("x", project: "../p") == nil)
    #expect(self.account("x")?.request(at: 0) == nil)
    #expect(ServiceAccount(Array("{}".utf8)) == nil)
  }

  @Test func anAccessTokenIsTakenOnlyWhole() {
    func access(_ text: String) -> (token: String, seconds: Int64)? {
      ServiceAccount.access(Array(text.utf8))
    }
    #expect(access("{\"access_token\":\"ya29.x\",\"expires_in\":3599}")?.seconds == 3599)
    #expect(access("{\"access_token\":\"\"}") == nil)
    #expect(access("{\"access_token\":\"a\\r\\nx: y\",\"expires_in\":9}") == nil)
    #expect(access("{\"error\":\"invalid_grant\"}") == nil)
    #expect(access("<html>") == nil)
  }
}
