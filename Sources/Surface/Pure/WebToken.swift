// SPDX-License-Identifier: Apache-2.0
internal import CCrypto
internal import MMP

/// A signed JSON web token in its compact form (RFC 7519, RFC 7515 §3.1).
package enum WebToken {
  /// Signed with ECDSA on P-256: what Apple's push service takes from a provider.
  ///
  /// `pem` is the private key (PKCS#8), `seconds` when it is issued, of the Unix epoch; nil where
  /// `pem` is no such key.
  package static func es256(pem: String, keyID: String, issuer: String, at seconds: Int64)
    -> String?
  {
    let text = signed("ES256", keyID) { claims in
      claims.field("iss", issuer)
      claims.field("iat", seconds)
    }
    var signature = [UInt8](repeating: 0, count: TM_ES256_SIGNATURE)
    guard tm_es256_sign(pem, text, text.count, &signature) == 0 else { return nil }
    return joined(text, signature[...])
  }

  /// Signed with RSA: the assertion for which Google gives an account an access token.
  package static func rs256(
    pem: String, keyID: String, issuer: String, scope: String, audience: String, at seconds: Int64
  ) -> String? {
    let text = signed("RS256", keyID) { claims in
      claims.field("iss", issuer)
      claims.field("scope", scope)
      claims.field("aud", audience)
      claims.field("iat", seconds)
      claims.field("exp", seconds + 3600)
    }
    var signature = [UInt8](repeating: 0, count: TM_RS256_SIGNATURE)
    let count = Int(tm_rs256_sign(pem, text, text.count, &signature))
    guard count > 0 else { return nil }
    return joined(text, signature[..<count])
  }

  /// Header and claims, as they are signed.
  private static func signed(
    _ algorithm: String, _ keyID: String, _ fields: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var header = JSONWriter()
    header.object { header in
      header.field("alg", algorithm)
      header.field("kid", keyID)
      header.field("typ", "JWT")
    }
    var claims = JSONWriter()
    claims.object(fields)
    return encoded(header.bytes[...]) + [UInt8(ascii: ".")] + encoded(claims.bytes[...])
  }

  private static func joined(_ text: [UInt8], _ signature: ArraySlice<UInt8>) -> String {
    String(decoding: text + [UInt8(ascii: ".")] + encoded(signature), as: UTF8.self)
  }

  /// Base64 for URLs, without padding (RFC 4648 §5).
  package static func encoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(digit(bits >> count & 63))
      }
    }
    if count > 0 { text.append(digit(bits << (6 - count) & 63)) }
    return text
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    let value = UInt8(value)
    return switch value {
    case 0..<26: 65 + value
    case 26..<52: 71 + value
    case 52..<62: value - 4
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
  }
}
