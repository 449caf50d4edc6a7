// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Surface

@Suite struct WebTokenTests {
  /// The key of RFC 6979, A.2.5.
  static let p256 = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
    Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
    +mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
    -----END PRIVATE KEY-----

    """

  static func rsa(from file: String = #filePath) throws -> String {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: tests.appendingPathComponent("vectors/rs256-key.pem"), encoding: .utf8)
  }

  private func decoded(_ part: Substring) throws -> Data {
    var text = part.replacing("-", with: "+").replacing("_", with: "/")
    while text.count % 4 != 0 { text.append("=") }
    return try #require(Data(base64Encoded: String(text)))
  }

  private func object(_ part: Substring) throws -> [String: Any] {
    let any = try JSONSerialization.jsonObject(with: decoded(part))
    return try #require(any as? [String: Any])
  }

  @Test func anAppleTokenSaysWhoAndWhen() throws {
    let token = try #require(
      WebToken.es256(pem: Self.p256, keyID: "ABC123DEFG", issuer: "TEAM000001", at: 1_770_000_000))
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts.count == 3)
    let header = try object(parts[0])
    #expect(header["alg"] as? String == "ES256" && header["kid"] as? String == "ABC123DEFG")
    let claims = try object(parts[1])
    #expect(claims["iss"] as? String == "TEAM000001" && claims["iat"] as? Int == 1_770_000_000)
    #expect(claims.count == 2)
    #expect(try decoded(parts[2]).count == 64)
    #expect(!token.contains("="))
  }

  @Test func anAssertionForGoogleLastsAnHour() throws {
    let token = try #require(
      WebToken.rs256(
        pem: Self.rsa(), keyID: "k", issuer: "a@b", scope: "s", audience: "https://t/token",
        at: 1000))
    let parts = token.split(separator: ".")
    #expect(try object(parts[0])["alg"] as? String == "RS256")
    let claims = try object(parts[1])
    #expect(claims["iat"] as? Int == 1000 && claims["exp"] as? Int == 4600)
    #expect(claims["aud"] as? String == "https://t/token" && claims["scope"] as? String == "s")
    #expect(try decoded(parts[2]).count == 256)
  }

  @Test func aKeyOfAnotherKindGivesNoToken() throws {
    #expect(try WebToken.es256(pem: Self.rsa(), keyID: "k", issuer: "i", at: 0) == nil)
    #expect(
      WebToken.rs256(pem: Self.p256, keyID: "k", issuer: "i", scope: "", audience: "", at: 0)
        == nil)
  }

  /// RFC 4648 §10, with the alphabet of §5 and without padding.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("\u{3E}\u{3F}\u{7F}", "Pj9_"),
    ("<<~~", "PDx-fg"),
  ])
  func base64(text: String, expected: String) {
    #expect(String(decoding: WebToken.encoded(Array(text.utf8)[...]), as: UTF8.self) == expected)
  }
}
