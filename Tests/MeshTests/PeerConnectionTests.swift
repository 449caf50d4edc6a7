// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct PeerConnectionTests {
  private let second = Nanoseconds.second

  private func link(
    _ change: (inout ConnectionSettings) -> Void = { _ in }, isSecure: Bool = true,
    seed: UInt64 = 1
  ) throws -> Link {
    var right = try TestNode.settings(2)
    change(&right)
    return try Link(try TestNode.settings(1), right, isSecure: isSecure, seed: seed)
  }

  private func framed(_ text: String) -> [UInt8] {
    let length = text.utf8.count
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(text.utf8)
  }

  @Test func bothEndsAgreeHoweverTheBytesAreCut() throws {
    for seed in 0..<40 {
      var link = try link(seed: UInt64(seed))
      link.run(at: 0, longest: seed < 20 ? 5 : 400)
      let (left, right) = (link.fromDialer.established, link.fromAcceptor.established)
      let seenByDialer = try #require(left)
      let seenByAcceptor = try #require(right)
      #expect(seenByDialer.name == "node 2")
      #expect(seenByAcceptor.name == "node 1")
      #expect(seenByDialer.isOutbound && !seenByAcceptor.isOutbound)
      let (a, b) = (try #require(seenByDialer.link), try #require(seenByAcceptor.link))
      #expect(a.hello.pulseSession.rawValue == 222)
      #expect(b.hello.pulseSession.rawValue == 111)
      #expect(a.keys.sending == b.keys.receiving)
      #expect(b.keys.sending == a.keys.receiving)
      #expect(a.identity.nodeID == Identity(seed: try TestNode.key(2)).nodeID)
    }
  }

  @Test func framesGoBothWays() throws {
    var link = try link()
    link.run(at: 0)
    let info = Frame.peerInfo(
      PeerInfo(peers: [.init(nodeID: "x", name: "y", lastSeenMilliseconds: 4)]))
    link.dialer.send(info, at: 1)
    link.acceptor.send(info, at: 1)
    link.run(at: 1, longest: 7)
    #expect(link.fromDialer.last == .frame(info))
    #expect(link.fromAcceptor.last == .frame(info))
  }

  @Test func nothingReadableOnTheWire() throws {
    var (left, right) = (try TestNode.settings(1), try TestNode.settings(2))
    (left.handshake.name, right.handshake.name) = ("livingroom", "bedroom")
    var dialer = PeerConnection(
      role: .dialer(isSecure: true), settings: left, pulseSession: SessionID(rawValue: 1),
      ephemeralSeed: try TestNode.key(9), now: 0)
    var acceptor = PeerConnection(
      role: .acceptor, settings: right, pulseSession: SessionID(rawValue: 2),
      ephemeralSeed: try TestNode.key(8), now: 0)
    var wire: [UInt8] = []
    for _ in 0..<6 {
      while let effect = dialer.next() {
        guard case .send(let bytes) = effect else { continue }
        wire += bytes
        acceptor.receive(bytes, at: 0)
      }
      while let effect = acceptor.next() {
        guard case .send(let bytes) = effect else { continue }
        wire += bytes
        dialer.receive(bytes, at: 0)
      }
    }
    #expect(dialer.summary != nil && acceptor.summary != nil)
    let text = String(decoding: wire, as: UTF8.self)
    for word in ["livingroom", "bedroom", "handshake", "server", "hum", "nodeId"] {
      #expect(!text.contains(word))
    }
  }

  @Test func anotherSecretOrMeshIdIsRefused() throws {
    for mesh in [try TestNode.mesh(secret: 8), try TestNode.mesh("lab")] {
      var link = try link { $0.key = mesh }
      link.run(at: 0)
      #expect(link.fromAcceptor.closed == .link(.otherMesh))
      link.dialer.receiveEnd()
      link.pull()
      #expect(link.fromDialer.closed == .link(.closedInHandshake))
      #expect(link.fromDialer.established == nil && link.fromAcceptor.established == nil)
    }
  }

  @Test func ourOwnNodeIsRecognised() throws {
    var link = try Link(try TestNode.settings(1), try TestNode.settings(1))
    link.run(at: 0)
    let reasons = [link.fromDialer.closed, link.fromAcceptor.closed]
    #expect(reasons.contains(.ourselves))
  }

  @Test func plaintextIsRefusedUnlessAllowed() throws {
    var refused = try link(isSecure: false)
    refused.run(at: 0)
    #expect(refused.fromAcceptor == [.close(.plaintextRefused)])

    var allowed = try link({ $0.allowPlaintext = true }, isSecure: false)
    allowed.run(at: 0, longest: 3)
    let summary = try #require(allowed.fromAcceptor.established)
    #expect(!summary.isSecure)
    #expect(summary.handshake.taumesh == nil)
    #expect(allowed.fromDialer.established?.isSecure == false)
  }

  /// A stranger's word is not taken for what only a link can prove.
  @Test func plaintextPeerCannotPoseAsTaumesh() throws {
    var acceptor = try acceptor { $0.allowPlaintext = true }
    let claim =
      #"{"type":"handshake","nodeId":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","name":"x","#
      + #""taumesh":{"profile":"zero","tick":10,"pulseInterval":100,"version":"1","boot":1}}"#
    acceptor.receive(framed(claim), at: 0)
    var effects: [PeerConnection.Effect] = []
    while let effect = acceptor.next() { effects.append(effect) }
    let summary = try #require(effects.established)
    #expect(summary.link == nil)
    #expect(summary.handshake.taumesh == nil)
  }

  private func acceptor(
    _ change: (inout ConnectionSettings) -> Void = { _ in }
  ) throws -> PeerConnection {
    var settings = try TestNode.settings(2)
    change(&settings)
    return PeerConnection(
      role: .acceptor, settings: settings, pulseSession: SessionID(rawValue: 2),
      ephemeralSeed: try TestNode.key(8), now: 0)
  }

  private func reason(_ bytes: [UInt8], allowPlaintext: Bool = true) throws -> CloseReason? {
    var acceptor = try acceptor { $0.allowPlaintext = allowPlaintext }
    acceptor.receive(bytes, at: 0)
    while let effect = acceptor.next() {
      if case .close(let reason) = effect { return reason }
    }
    return nil
  }

  @Test func garbageEndsWithOneClearReason() throws {
    #expect(try reason(Array("GET / HTTP/1.1\r\n\r\n".utf8)) == .notMesh(firstByte: 0x47))
    #expect(try reason([0xFF, 1, 2]) == .notMesh(firstByte: 0xFF))
    #expect(try reason(Array("TAUX".utf8) + [UInt8](repeating: 9, count: 80)) == .link(.magic))
    #expect(try reason([0, 0, 0, 0]) == .framing(.empty))
    #expect(
      try reason([0, 1, 0, 0]) == .framing(.tooLong(bytes: 65536, limit: 4096)))
    #expect(
      try reason(framed(#"{"type":"ping"}"#)) == .expectedHandshake(found: "ping"))
    #expect(try reason(framed("[1,1]")) == .badHandshake(.notAnObject))
    let lab =
      #"{"type":"handshake","nodeId":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","#
      + #""name":"n","room":"lab"}"#
    #expect(try reason(framed(lab)) == .room("lab"))
    #expect(try reason([0, 0], allowPlaintext: true) == nil)
  }

  @Test func randomBytesNeverCrashAndNeverEstablish() throws {
    var random = SplitMix64(seed: 21)
    for round in 0..<300 {
      var acceptor = try acceptor { $0.allowPlaintext = true }
      let start: [UInt8] = [[], [0], Array("TAU1".utf8), Array("TAU1".utf8) + [0, 48]][round % 4]
      acceptor.receive(start, at: 0)
      for _ in 0..<10 { acceptor.receive(random.bytes(random.below(300)), at: 0) }
      while let effect = acceptor.next() {
        if case .established = effect { Issue.record("noise became a peer") }
      }
      #expect(acceptor.summary == nil)
    }
  }

  @Test func changedRecordsEndTheLink() throws {
    var link = try link()
    link.run(at: 0)
    link.dialer.send(.ping, at: 1)
    while let effect = link.dialer.next() {
      guard case .send(var bytes) = effect else { continue }
      bytes[bytes.count - 1] ^= 1
      link.acceptor.receive(bytes, at: 1)
    }
    link.pull()
    #expect(link.fromAcceptor.closed == .link(.record))
  }

  @Test func silentStrangerIsClosedAfterTenSeconds() throws {
    var acceptor = try acceptor()
    #expect(acceptor.deadline == 10 * second)
    acceptor.receive(Array("TAU1".utf8), at: 9 * second)
    acceptor.tick(at: 10 * second - 1)
    #expect(acceptor.next() == nil)
    acceptor.tick(at: 10 * second)
    #expect(acceptor.next() == .close(.handshakeTimeout))
    #expect(acceptor.deadline == nil)
    acceptor.receive([1, 2, 3], at: 11 * second)
    acceptor.tick(at: 99 * second)
    #expect(acceptor.next() == nil)
  }

  @Test func quietPeersPingAndStay() throws {
    var link = try link()
    link.run(at: 0)
    for now in stride(from: Int64(0), through: 60 * second, by: 250_000_000) {
      link.dialer.tick(at: now)
      link.acceptor.tick(at: now)
      link.run(at: now)
    }
    #expect(!link.dialer.isClosed && !link.acceptor.isClosed)
    #expect((12...30).contains(link.acceptor.counters.frames))
  }

  @Test func lostPeerIsGivenUpAfterFifteenSeconds() throws {
    var link = try link()
    link.run(at: 0)
    var pings = 0
    var now: Int64 = 0
    while let due = link.dialer.deadline {
      #expect(due > now)
      now = due
      link.dialer.tick(at: now)
      while let effect = link.dialer.next() {
        switch effect {
        case .send: pings += 1
        case .close(let reason): #expect(reason == .silent(nanoseconds: 15 * second))
        default: Issue.record("unexpected effect")
        }
      }
    }
    #expect(now == 15 * second)
    #expect(pings == 2)
  }

  @Test func badFramesAreDroppedAndTheConnectionLives() throws {
    var acceptor = try acceptor { $0.allowPlaintext = true }
    let hello =
      #"{"type":"handshake","nodeId":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","name":"x"}"#
    acceptor.receive(framed(hello), at: 0)
    for text in ["{", "[1]", #"{"a":1,"a":2}"#, #"{"type":"peer-info","peers":3}"#] {
      acceptor.receive(framed(text), at: 0)
    }
    for item in ["1", "[]", "{}"] {
      var text = "[" + item
      while text.utf8.count + item.utf8.count + 2 <= 1 << 20 { text += "," + item }
      acceptor.receive(framed(text + "]"), at: 0)
    }
    acceptor.receive(framed(#"{"type":"attestation","x":[]}"#) + framed(#"{"type":"ping"}"#), at: 0)
    #expect(acceptor.counters.dropped == 7)
    #expect(acceptor.counters.unknown == 1)
    #expect(!acceptor.isClosed)
    var last: PeerConnection.Effect?
    while let effect = acceptor.next() { last = effect }
    #expect(last == .send(framed(#"{"type":"pong"}"#)))
  }

  /// What sym 0.12.1 sends first, byte for byte, and what it must see of us.
  @Test func recordedNodeIsAnsweredWithAHandshake() throws {
    var acceptor = try acceptor { $0.allowPlaintext = true }
    let recorded =
      #"{"type":"handshake","nodeId":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","name":"ref-peer","#
      + #""version":"0.2.3","extensions":[],"room":"default","publicKey":"_09QZPa4z_tZwfOmoyRu"#
      + #"AKGPE0LGJUaeZ2MUdO2Cd6w","e2ePublicKey":"MCowBQYDK2VuAyEAY820StvH2Kvk2pF+Rt4RRdhrX26"#
      + #"UlR5ATuV89iWRn2I=","lifecycleRole":"participant"}"#
    acceptor.receive(framed(recorded), at: 0)
    guard case .send(let answer) = acceptor.next() else { throw FrameFailure.noType }
    let text = String(decoding: answer.dropFirst(4), as: UTF8.self)
    #expect(text.hasPrefix(#"{"type":"handshake","nodeId":""#))
    #expect(text.contains(#""version":"0.2.3","extensions":[],"room":"default""#))
    #expect(!text.contains("taumesh"))
    guard case .established(let summary) = acceptor.next() else { throw FrameFailure.noType }
    #expect(summary.handshake.dialect == .sectioned)
    // It waits 120 s itself, so it is given as much.
    #expect(acceptor.deadline == 5 * second)
    acceptor.tick(at: 100 * second)
    #expect(!acceptor.isClosed)
    acceptor.tick(at: 120 * second)
    #expect(acceptor.isClosed)
  }
}
