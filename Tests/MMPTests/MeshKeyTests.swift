// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct MeshKeyTests {
  private let secret = key(50)

  init() { #expect(Sodium.isReady) }

  @Test func idAndSecretBothMakeTheKey() throws {
    let home = try #require(MeshKey(meshID: "home", secret: secret))
    #expect(home == MeshKey(meshID: "home", secret: secret))
    #expect(home.psk != MeshKey(meshID: "home", secret: key(51))?.psk)
    #expect(home.psk != MeshKey(meshID: "hom", secret: secret)?.psk)
  }

  @Test(arguments: ["", "a b", "häuschen", "a:b", String(repeating: "x", count: 33)])
  func aWrongMeshIDIsRefused(_ id: String) {
    #expect(MeshKey(meshID: id, secret: secret) == nil)
    #expect(JoinString(meshID: id, secret: secret) == nil)
  }

  @Test(arguments: ["a", "home", "My.Lab_2-x", String(repeating: "x", count: 32)])
  func aJoinStringReadsBack(_ id: String) throws {
    let join = try #require(JoinString(meshID: id, secret: secret))
    #expect(try JoinString(join.text) == join)
    #expect(try JoinString("  \(join.text)\r\n") == join)
  }

  @Test func everyTypingErrorIsNoticed() throws {
    let text = [UInt8](try #require(JoinString(meshID: "home", secret: secret)).text.utf8)
    for index in text.indices {
      for replacement in [UInt8(ascii: "a"), UInt8(ascii: "7"), UInt8(ascii: ":")]
      where replacement != text[index] {
        var typed = text
        typed[index] = replacement
        #expect(throws: JoinStringError.self) {
          try JoinString(String(decoding: typed, as: UTF8.self))
        }
      }
      #expect(throws: JoinStringError.self) {
        try JoinString(String(decoding: text.prefix(index), as: UTF8.self))
      }
    }
  }

  @Test func refusalsSayWhatWasExpected() throws {
    let text = try #require(JoinString(meshID: "home", secret: secret)).text
    #expect(throws: JoinStringError.unknownVersion("taumesh2")) {
      try JoinString(text.replacing("taumesh1", with: "taumesh2"))
    }
    #expect(throws: JoinStringError.checksum) {
      try JoinString(text.replacing("home", with: "hose"))
    }
    #expect(throws: JoinStringError.parts(1)) { try JoinString("hello") }
    #expect(throws: JoinStringError.tooLong(200)) {
      try JoinString(String(repeating: "x", count: 200))
    }
    #expect(JoinStringError.checksum.description.hasPrefix("join string has a typing error"))
  }

  @Test func aSecretIsReadFromHexAndBase64() {
    let hex = MeshSecret.text(of: secret)
    #expect(MeshSecret.parse(hex) == secret)
    #expect(MeshSecret.parse(" \(hex.uppercased())\n") == secret)
    let base64 = ByteText.base64url(secret.bytes)
    #expect(base64.utf8.count == 43)
    #expect(MeshSecret.parse(base64) == secret)
    #expect(MeshSecret.parse(base64 + "=") == secret)
    #expect(MeshSecret.parse("++++++++++++++++++++++++++++++++++++++++++8=") != nil)
    #expect(MeshSecret.parse("") == nil)
    #expect(MeshSecret.parse(String(hex.dropLast())) == nil)
    #expect(MeshSecret.parse(hex + "00") == nil)
    #expect(MeshSecret.parse(String(base64.dropLast())) == nil)
  }
}
