// SPDX-License-Identifier: Apache-2.0
import MMP
import Mesh
import Runtime
import Testing

@testable import NodeCore

/// What a node keeps of its owner's decisions, in files that it may or may not be able to write.
struct TrustFileTests {
  private let owner: Identity
  private let folder: String
  private let paths: NodePaths

  init() throws {
    try Keys.prepare()
    owner = Identity(seed: try #require(Key32([UInt8](repeating: 100, count: 32))))
    folder = try Folder.makeTemporary("taumesh-trust-test")
    paths = NodePaths.under(folder)
  }

  private func key(_ number: UInt8) throws -> Key32 {
    try #require(Key32([UInt8](repeating: number, count: 32)))
  }

  private func mesh(_ more: String = "") throws -> MeshSettings {
    let text = "node: { name: x }\nmesh: { id: home\(more) }\n"
    return try Configuration(parsing: Array(text.utf8), file: "t.yaml", paths: paths).mesh
  }

  private func load(_ more: String = "") throws -> (file: TrustFile, ledger: OwnerLedger) {
    try TrustFile.load(paths, mesh(more), log: Log(threshold: .error))
  }

  private func says(_ content: OwnerStatement.Content, at issued: UInt64) -> OwnerStatement {
    OwnerStatement(content, issued: issued, meshID: "home", owner: owner)
  }

  private func rotation(_ number: UInt8, at issued: UInt64) throws -> OwnerStatement {
    let next = OwnerStatement.Rotation(
      secret: try key(number), overlapSeconds: 60, isGuarded: false)
    return says(.rotation(next), at: issued)
  }

  private func keyFile() throws -> [UInt8] {
    try #require(try StateFile.read(paths.meshKey, isSecret: true))
  }

  @Test func bothSecretsAreInTheKeyFileUntilTheOldOneIsOver() throws {
    try Keys.writeSecret(try key(50), to: paths.meshKey)
    var (file, ledger) = try load()
    _ = ledger.take(says(.binding(owner: owner.publicKey), at: 1))
    _ = ledger.take(try rotation(60, at: 1000))
    file.save(ledger)
    let both = try #require(MeshSecretFile(try keyFile()))
    #expect(both.secret == (try key(60)))
    #expect(both.previous == (try key(50)))
    #expect(both.previousUntil == 61_000)
    let again = try load().ledger
    #expect(again.secret == (try key(60)))
    #expect(again.previous == (try key(50)))
    #expect(again.owner == owner.publicKey)
    _ = ledger.expire(at: 61_000)
    file.save(ledger)
    #expect(try MeshSecretFile(keyFile()) == MeshSecretFile(secret: try key(60)))
    #expect(try load().ledger.previous == nil)
  }

  @Test func aKeyFileThatCannotBeWrittenIsOvertakenByTheState() throws {
    try Keys.writeSecret(try key(50), to: paths.meshKey)
    var (file, ledger) = try load()
    _ = ledger.take(says(.binding(owner: owner.publicKey), at: 1))
    // A folder in its place lets no file be renamed over it; then the old content is back.
    let old = try keyFile()
    StateFile.remove(paths.meshKey)
    try Folder.create(paths.meshKey, mode: 0o700)
    for (number, issued) in [(UInt8(60), UInt64(1000)), (61, 2000)] {
      _ = ledger.take(try rotation(number, at: issued))
      file.save(ledger)
    }
    Folder.remove(paths.meshKey)
    try StateFile.write(paths.meshKey, old)
    let again = try load().ledger
    #expect(again.secret == (try key(61)))
    #expect(again.previous == (try key(60)))
    // Somebody joins the node to the mesh anew, by hand.
    StateFile.remove(paths.meshKey)
    try Keys.writeSecret(try key(70), to: paths.meshKey)
    let joined = try load().ledger
    #expect(joined.secret == (try key(70)))
    #expect(joined.previous == nil)
    #expect(joined.owner == owner.publicKey)
  }

  @Test func secretsAreForTheirOwnerAlone() throws {
    try Keys.writeSecret(try key(50), to: paths.meshKey)
    var (file, ledger) = try load()
    _ = ledger.take(says(.binding(owner: owner.publicKey), at: 1))
    file.save(ledger)
    for path in [paths.trust, paths.meshKey] {
      // A secret that others could read is refused by this very call.
      #expect(try StateFile.read(path, isSecret: true) != nil)
    }
  }

  @Test func aConfiguredOwnerIsNotPinnedOver() throws {
    try Keys.writeSecret(try key(50), to: paths.meshKey)
    let text = ByteText.base64url(Identity(seed: try key(1)).publicKey.bytes)
    var ledger = try load(", owner: \(text)").ledger
    #expect(ledger.take(says(.binding(owner: owner.publicKey), at: 1)) == .forged)
    #expect(ledger.owner == Identity(seed: try key(1)).publicKey)
    #expect(throws: ConfigurationFailure.self) { try mesh(", owner: nobody") }
  }

  @Test func damagedStateLosesNothingButWhatItHeld() throws {
    try Keys.writeSecret(try key(50), to: paths.meshKey)
    for content in [
      "", "{", "[]", "{\"mesh\":\"lab\"}", "{\"mesh\":\"home\",\"statements\":[1,\"x\"]}",
    ] {
      try StateFile.write(paths.trust, Array(content.utf8))
      #expect(try load().ledger.secret == (try key(50)))
    }
    try StateFile.write(paths.meshKey, Array("nothing\n".utf8))
    #expect(throws: Keys.Failure.self) { try load() }
  }

  @Test func linesOfInviteCarryTheOwnerAndAnEnd() throws {
    let secret = try key(50)
    for (owner, end) in [
      (owner.publicKey, UInt64(0)), (owner.publicKey, 1_700_000_000), (nil, 1_700_000_000),
    ] as [(Key32?, UInt64)] {
      let line = try #require(
        JoinString(meshID: "home", secret: secret, owner: owner, end: end))
      #expect(line.text.hasPrefix("taumesh2:home:"))
      #expect(try JoinString(line.text) == line)
      #expect(throws: JoinStringError.checksum) {
        try JoinString(line.text.replacing("taumesh2:home", with: "taumesh2:h0me"))
      }
    }
    let old = try #require(JoinString(meshID: "home", secret: secret, end: 1_700_000_000))
    #expect(throws: Founding.Failure.self) {
      try Founding(
        paths: paths, name: "x", profile: nil, meshID: nil, invitation: old.text)
    }
    let new = try #require(
      JoinString(meshID: "home", secret: secret, owner: owner.publicKey, end: 4_000_000_000))
    let founding = try Founding(
      paths: paths, name: "x", profile: nil, meshID: nil, invitation: new.text)
    _ = try founding.write()
    #expect(try Configuration.load(paths).mesh.owner == owner.publicKey)
    #expect(try Keys.secret(paths.meshKey) == secret)
    // Who invites others hands the owner on, if not the end.
    #expect(try Keys.invitation(paths: paths).owner == owner.publicKey)
    #expect(try Keys.invitation(paths: paths).end == 0)
    #expect(try Keys.invitation(paths: paths, seconds: 60).end > 1_700_000_000)
  }

  @Test func peersOutliveARestart() throws {
    let identity = Identity(seed: try key(3))
    let card = PeerCard(
      PeerDescription(
        profile: "zero", memory: 512, adapters: ["microphone"],
        wakeChannel: WakeChannel(platform: "wol", token: "02:00:00:00:00:01")),
      name: "far", sequence: 7, by: identity)
    var directory = PeerDirectory(ownID: owner.nodeID, capacity: 8)
    directory.merge(
      [
        PeerInfo.Entry(
          nodeID: identity.nodeID.description, name: "far",
          wakeChannel: card.description.wakeChannel, lastSeenMilliseconds: 7, card: card)
      ], isSecure: true, trust: LinkTrust(), meshID: "home", at: 9)
    directory.met("f64c3719", name: "melotune", at: 8)
    var memory = NodeMemory()
    memory.keep(directory.records, cardSequence: 11)
    try memory.save(paths.memory)
    let again = NodeMemory.load(paths.memory, log: Log(threshold: .error))
    #expect(again.cardSequence == 11)
    #expect(again.peers.map(\.name) == directory.records.map(\.name))
    #expect(again.peers.map(\.card) == directory.records.map(\.card))
    #expect(again.peers.map(\.isMet) == directory.records.map(\.isMet))
    #expect(again.peers.map(\.wakeChannel) == directory.records.map(\.wakeChannel))
  }
}
