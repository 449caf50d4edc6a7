// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// A Google service account's key file, as its console hands it out.
package struct ServiceAccount: Equatable {
  /// Longest file read, bytes.
  package static let longest = 16_384
  package static let scope = "https://www.googleapis.com/auth/firebase.messaging"

  package let project: String
  package let email: String
  package let keyID: String
  package let pem: String
  /// Where an assertion is exchanged for an access token.
  package let tokenAddress: String

  /// Nil for what is no such file.
  package init?(_ file: [UInt8]) {
    let limits = JSONLimits(textBytes: Self.longest, arenaBytes: 64 << 10)
    do throws(JSONFailure) {
      guard let account = try JSONDocument.read(file, limits: limits, { ServiceAccount($0) })
      else { return nil }
      self = account
    } catch { return nil }
  }

  private init?(_ root: JSONValue) {
    guard let project = root.string("project_id"),
      project.utf8.allSatisfy({ PushOrder.isPlain($0) }),
      let email = root.string("client_email"), let pem = root.string("private_key"),
      let address = root.string("token_uri")
    else { return nil }
    (self.project, self.email, self.pem, tokenAddress) = (project, email, pem, address)
    keyID = root.string("private_key_id") ?? ""
  }

  /// What is posted for an access token (RFC 7523 §2.1); nil where the key is none.
  package func request(at seconds: Int64) -> [UInt8]? {
    let assertion = WebToken.rs256(
      pem: pem, keyID: keyID, issuer: email, scope: Self.scope, audience: tokenAddress, at: seconds)
    return assertion.map { assertion in
      Array(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
          .utf8)
    }
  }

  /// The access token and for how many seconds it is good; nil for any other answer.
  package static func access(_ body: [UInt8]) -> (token: String, seconds: Int64)? {
    let limits = JSONLimits(textBytes: PushAnswer.longest, arenaBytes: 32 << 10)
    do throws(JSONFailure) {
      return try JSONDocument.read(body, limits: limits) { root in
        guard let token = root.string("access_token"), !token.isEmpty,
          token.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { return nil }
        return (token, root.int("expires_in") ?? 0)
      }
    } catch { return nil }
  }
}
