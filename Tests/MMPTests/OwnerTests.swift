// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct OwnerTests {
  private let owner = Identity(seed: key(100))
  private let cheap = OwnerKeyFile.Effort(passes: 1, kibibytes: 64)

  init() { #expect(Sodium.isReady) }

  private var all: [OwnerStatement] {
    let node = Identity(seed: key(1)).nodeID
    let contents: [OwnerStatement.Content] = [
      .binding(owner: owner.publicKey), .certificate(node, epoch: 3, key: key(4)),
      .revocation(node),
      .rotation(.init(secret: key(5), overlapSeconds: 86_400, isGuarded: true)),
    ]
    return contents.map {
      OwnerStatement($0, issued: 1_700_000_000_123, meshID: "home", owner: owner)
    }
  }

  @Test func statementsSurviveTheWire() {
    for statement in all {
      #expect(OwnerStatement(bytes: statement.bytes) == statement)
      #expect(statement.bytes.count <= OwnerStatement.maximumCount)
      #expect(statement.isSigned(by: owner.publicKey, meshID: "home"))
      #expect(!statement.isSigned(by: owner.publicKey, meshID: "hom"))
      #expect(!statement.isSigned(by: key(100), meshID: "home"))
    }
  }

  @Test func everyBitOfAStatementCounts() {
    for statement in all {
      for index in statement.bytes.indices {
        var bytes = statement.bytes
        bytes[index] ^= 1
        guard let changed = OwnerStatement(bytes: bytes) else { continue }
        #expect(!changed.isSigned(by: owner.publicKey, meshID: "home"), "byte \(index)")
      }
      for count in 0..<statement.bytes.count {
        let cut = OwnerStatement(bytes: Array(statement.bytes.prefix(count)))
        #expect(cut?.isSigned(by: owner.publicKey, meshID: "home") != true)
      }
    }
  }

  @Test func theSignedBytesAreAsWritten() throws {
    let statement = all[2]
    let node = Identity(seed: key(1)).nodeID
    let message =
      [UInt8]("taumesh-owner-statement".utf8) + [4] + [UInt8]("home".utf8) + [1, 3]
      + [0, 0, 0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x7B] + node.bytes
    #expect(Identity.verify(statement.signature, of: message, by: owner.publicKey))
  }

  @Test func theOwnersFileOpensWithItsPassphraseAlone() throws {
    let random = (0..<40).map { UInt8($0) }
    let text = try #require(
      OwnerKeyFile.text(
        seed: key(100), passphrase: [UInt8]("correct horse".utf8), random: random, effort: cheap))
    let content = [UInt8](text.utf8)
    let opened = try OwnerKeyFile.open(content, passphrase: [UInt8]("correct horse".utf8))
    #expect(opened.publicKey == owner.publicKey)
    #expect(try OwnerKeyFile.publicKey(in: content) == owner.publicKey)
    #expect(throws: OwnerKeyFileError.passphrase) {
      try OwnerKeyFile.open(content, passphrase: [UInt8]("correct horsf".utf8))
    }
    #expect(!text.contains(ByteText.hex(key(100).bytes)))
    for index in content.indices {
      var changed = content
      changed[index] ^= 1
      // Case and white space of digits aside, no byte can be changed.
      let found = try? OwnerKeyFile.open(changed, passphrase: [UInt8]("correct horse".utf8))
      #expect(found == nil || found?.publicKey == owner.publicKey, "byte \(index)")
    }
  }

  @Test func aFileThatAsksForTooMuchIsRefused() throws {
    let text = try #require(
      OwnerKeyFile.text(
        seed: key(100), passphrase: [1], random: [UInt8](repeating: 1, count: 40), effort: cheap))
    for greedy in ["argon2id 65 64 ", "argon2id 1 1048577 ", "argon2id 0 64 ", "argon2id -1 64 "] {
      var lines = text.split(separator: "\n").map(String.init)
      lines[2] = greedy + (lines[2].split(separator: " ").last.map(String.init) ?? "")
      let content = [UInt8]((lines.joined(separator: "\n") + "\n").utf8)
      #expect(throws: OwnerKeyFileError.damaged(line: 3)) {
        try OwnerKeyFile.open(content, passphrase: [1])
      }
    }
    #expect(throws: OwnerKeyFileError.notOwner) { try OwnerKeyFile.open([], passphrase: [1]) }
  }

  @Test func aLaterKeyIsReadBackFromItsFile() throws {
    let first = Identity(seed: key(1))
    let statement = OwnerStatement(
      .certificate(first.nodeID, epoch: 2, key: Identity(seed: key(2)).publicKey), issued: 9,
      meshID: "home", owner: owner)
    let later = Identity(
      seed: key(2), epoch: 2,
      certificate: NodeCertificate(nodeID: first.nodeID, issued: 9, signature: statement.signature))
    let text = IdentityFile.text(of: later)
    let read = try IdentityFile.identity(from: [UInt8](text.utf8))
    #expect(read.nodeID == first.nodeID)
    #expect(read.publicKey == later.publicKey)
    #expect(read.epoch == 2)
    #expect(read.certificate == later.certificate)
    #expect(IdentityFile.text(of: read) == text)
  }

  @Test func aLedgerIsTheSameAfterARestart() {
    var ledger = OwnerLedger(meshID: "home", secret: key(50))
    for statement in all { #expect(ledger.take(statement) == .new) }
    for fileSecret in [key(50), key(5)] {
      var again = OwnerLedger(meshID: "home", secret: fileSecret)
      again.restore(ledger.statements, previous: (key(50), ledger.previousUntil))
      #expect(again.secret == key(5))
      #expect(again.previous == key(50))
      #expect(again.previousUntil == 1_700_000_000_123 + 86_400_000)
      #expect(again.owner == owner.publicKey)
      #expect(again.statements == ledger.statements)
      for statement in all { #expect(again.take(statement) == .known) }
    }
  }

  @Test func aLedgerIsBounded() {
    var ledger = OwnerLedger(meshID: "home", secret: key(50), owner: owner.publicKey)
    for number in 0..<200 {
      let node = NodeID(publicKey: key(UInt8(number)))
      let statement = OwnerStatement(
        .revocation(node), issued: 1, meshID: "home", owner: owner)
      #expect(ledger.take(statement) == .new)
    }
    #expect(ledger.trust(known: []).revoked.count == OwnerLedger.capacity)
    #expect(ledger.trust(known: []).revoked.last == NodeID(publicKey: key(199)))
  }
}
