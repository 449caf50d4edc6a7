// SPDX-License-Identifier: Apache-2.0
import CCrypto
import Foundation
import Testing

@testable import MMP

/// What mbedTLS gives that libsodium has not on every processor.
@Suite struct CryptoTests {
  // Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)".
  private static let key = bytes(
    hex: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
  private static let nonce = bytes(hex: "cafebabefacedbaddecaf888")
  private static let associated = bytes(hex: "feedfacedeadbeeffeedfacedeadbeefabaddad2")
  private static let plain = bytes(
    hex: """
      d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
      1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
      """)
  private static let sealed = bytes(
    hex: """
      522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
      8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
      76fc6ece0f4e1768cddf8853bb2d551b
      """)

  // RFC 6979, A.2.5: the key, and the signature of "sample" with SHA-256.
  private static let p256 = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
    Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
    +mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
    -----END PRIVATE KEY-----

    """
  private static let es256 = bytes(
    hex: """
      efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
      f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8
      """)

  private func open(_ sealed: [UInt8], key: [UInt8] = key, nonce: [UInt8] = nonce) -> [UInt8]? {
    var plain = [UInt8](repeating: 1, count: max(0, sealed.count - TM_GCM_TAG))
    let result = tm_gcm_open(
      key, nonce, Self.associated, Self.associated.count, sealed, sealed.count, &plain)
    if result != 0 { #expect(plain.allSatisfy { $0 == 0 || sealed.count < 17 }) }
    return result == 0 ? plain : nil
  }

  @Test func gcmIsThatOfItsAuthors() {
    var sealed = [UInt8](repeating: 0, count: Self.sealed.count)
    #expect(
      tm_gcm_seal(
        Self.key, Self.nonce, Self.associated, Self.associated.count, Self.plain, Self.plain.count,
        &sealed) == 0)
    #expect(sealed == Self.sealed)
    #expect(open(Self.sealed) == Self.plain)
  }

  @Test func whatWasChangedDoesNotOpen() {
    for index in Self.sealed.indices {
      var changed = Self.sealed
      changed[index] ^= 1
      #expect(open(changed) == nil, "byte \(index)")
    }
    #expect(open(Array(Self.sealed.dropLast())) == nil)
    #expect(open(Array(Self.sealed.prefix(15))) == nil)
    #expect(open([]) == nil)
    #expect(open(Self.sealed, nonce: [0] + Self.nonce.dropFirst()) == nil)
    #expect(open(Self.sealed, key: [0] + Self.key.dropFirst()) == nil)
  }

  @Test func nothingSealsToATagAlone() {
    var tag = [UInt8](repeating: 0, count: 16)
    #expect(tm_gcm_seal(Self.key, Self.nonce, nil, 0, nil, 0, &tag) == 0)
    var nothing: [UInt8] = []
    #expect(tm_gcm_open(Self.key, Self.nonce, nil, 0, tag, 16, &nothing) == 0)
  }

  @Test func es256IsThatOfRFC6979() {
    var signature = [UInt8](repeating: 0, count: 64)
    #expect(tm_es256_sign(Self.p256, "sample", 6, &signature) == 0)
    #expect(signature == Self.es256)
  }

  /// The key and OpenSSL's signature of "sample" with it, made for this test.
  @Test func rs256IsThatOfOpenSSL() throws {
    let pem = String(decoding: try testFile("vectors/rs256-key.pem"), as: UTF8.self)
    let text = String(decoding: try testFile("vectors/rs256-signature.hex"), as: UTF8.self)
    let expected = bytes(hex: text.filter(\.isHexDigit))
    var signature = [UInt8](repeating: 0, count: TM_RS256_SIGNATURE)
    #expect(tm_rs256_sign(pem, "sample", 6, &signature) == 256)
    #expect(Array(signature.prefix(256)) == expected)
  }

  @Test func anotherKindOfKeyIsRefused() throws {
    let rsa = String(decoding: try testFile("vectors/rs256-key.pem"), as: UTF8.self)
    var signature = [UInt8](repeating: 0, count: 512)
    #expect(tm_es256_sign(rsa, "sample", 6, &signature) < 0)
    #expect(tm_rs256_sign(Self.p256, "sample", 6, &signature) < 0)
    for wrong in ["", "-----BEGIN PRIVATE KEY-----\n", String(Self.p256.dropFirst(20))] {
      #expect(tm_es256_sign(wrong, "sample", 6, &signature) < 0)
      #expect(tm_rs256_sign(wrong, "sample", 6, &signature) < 0)
    }
  }
}
