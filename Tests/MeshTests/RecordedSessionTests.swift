// SPDX-License-Identifier: Apache-2.0
import Foundation
import MMP
import Testing

@testable import Mesh

/// Sessions with nodes in the field, their side replayed byte for byte from the recordings.
@Suite struct RecordedSessionTests {
  private func recorded(_ name: String, _ mark: String) throws -> [String] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../vectors/transcripts/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(2)) }
  }

  private func framed(_ text: String) -> [UInt8] {
    let length = text.utf8.count
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(text.utf8)
  }

  private func connection(isDialer: Bool) throws -> PeerConnection {
    var settings = try TestNode.settings(1)
    settings.allowPlaintext = true
    (settings.handshake.room, settings.handshake.group) = ("default", "default")
    return PeerConnection(
      role: isDialer ? .dialer(isSecure: false) : .acceptor, settings: settings,
      pulseSession: SessionID(rawValue: 0), ephemeralSeed: try TestNode.key(9), now: 0)
  }

  /// Everything sent since, as the types of frames, and everything that came of what was received.
  fileprivate func drain(
    _ connection: inout PeerConnection
  ) throws -> (sent: [Frame], received: [Frame], isClosed: Bool) {
    var (sent, received, isClosed): ([Frame], [Frame], Bool) = ([], [], false)
    while let effect = connection.next() {
      switch effect {
      case .send(let bytes):
        sent.append(
          try bytes.dropFirst(4).withUnsafeBytes { try Frame.decode($0, limits: .server) })
      case .frame(let frame): received.append(frame)
      case .established, .dropped: break
      case .close: isClosed = true
      }
    }
    return (sent, received, isClosed)
  }

  /// One frame of every class a node can be sent.
  private var everything: [Frame] {
    let cmb = CMB(CMBCategories(focus: "oven"), createdBy: "node 1", createdTimestamp: 1)
    let half = [Double](repeating: 0.1, count: 32)
    return [
      .stateSync(StateSync(h1: half, h2: half, confidence: 1)),
      .memoryShare(
        MemoryShare(key: "mem_1", content: "c", source: "s", tags: [], timestamp: 1)),
      .cmb(CMBFrame(cmb, timestamp: 1)),
      .mood(MoodSignal(from: "a", fromName: "b", mood: "calm", timestamp: 1)),
      .message(Message(from: "a", fromName: "b", content: "hello", timestamp: 1)),
      .wakeChannel(WakeChannel(platform: "apns", token: "t")),
      .cmbFetch(CMBFetch(requestID: "r", key: "k", from: "a", timestamp: 1)),
      .error(ErrorFrame(.rejected, "no")),
    ]
  }

  @Test(arguments: [false, true]) func currentNode(isDialer: Bool) throws {
    var connection = try connection(isDialer: isDialer)
    for line in try recorded("sym-0.12.1.txt", "<") { connection.receive(framed(line), at: 1) }
    let first = try drain(&connection)
    #expect(first.sent.map { $0.type } == ["handshake"])
    #expect(!first.isClosed)
    #expect(
      first.received.map { $0.type } == [
        "cmb-fetch-result", "cmb-fetch-result", "cmb", "message", "mood",
      ])
    #expect(connection.counters.unknown == 3)
    #expect(connection.summary?.dialect == .sectioned)
    for frame in everything { connection.send(frame, at: 2) }
    // Never a mood frame, a state or a memory-share: the first breaks it, the others it drops.
    let second = try drain(&connection)
    #expect(
      second.sent.map { $0.type } == ["cmb", "message", "wake-channel", "cmb-fetch", "error"])
    #expect(connection.counters.withheld == 3)
    guard case .cmb(let block) = second.sent[0] else { throw FrameFailure.noType }
    #expect(block.form == .sectioned)
  }

  @Test(arguments: [false, true]) func originalNode(isDialer: Bool) throws {
    var connection = try connection(isDialer: isDialer)
    for line in try recorded("sym-0.3.0.txt", "<") { connection.receive(framed(line), at: 1) }
    let first = try drain(&connection)
    #expect(first.sent.map { $0.type } == ["handshake", "pong", "pong"])
    #expect(
      first.received.map { $0.type } == ["state-sync", "memory-share", "message", "mood"])
    #expect(connection.summary?.dialect == .original)
    for frame in everything { connection.send(frame, at: 2) }
    #expect(
      try drain(&connection).sent.map { $0.type } == [
        "state-sync", "memory-share", "mood", "message", "wake-channel", "error",
      ])
    #expect(connection.counters.withheld == 2)
  }

  /// What a client once sent to real nodes is taken here as they took it.
  @Test func ourSideOfTheRecordings() throws {
    var current = try connection(isDialer: false)
    for line in try recorded("sym-0.12.1.txt", ">") { current.receive(framed(line), at: 1) }
    #expect(
      try drain(&current).received.map { $0.type }
        == ["cmb", "cmb", "cmb", "cmb", "cmb", "cmb-fetch", "cmb-fetch"])
    var original = try connection(isDialer: false)
    for line in try recorded("sym-0.3.0.txt", ">") { original.receive(framed(line), at: 1) }
    let taken = try drain(&original)
    #expect(taken.received.map { $0.type } == ["state-sync", "memory-share"])
    #expect(taken.sent.map { $0.type } == ["handshake", "pong"])
  }

  @Test func middleAgedNodesGetFlatBlocks() throws {
    var connection = try connection(isDialer: true)
    connection.receive(
      framed(
        #"{"type":"handshake","nodeId":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","name":"mid","#
          + #""publicKey":"_09QZPa4z_tZwfOmoyRuAKGPE0LGJUaeZ2MUdO2Cd6w"}"#), at: 1)
    #expect(connection.summary?.dialect == .flat)
    for frame in everything { connection.send(frame, at: 2) }
    let sent = try drain(&connection).sent
    #expect(
      sent.map { $0.type } == [
        "handshake", "cmb", "message", "wake-channel", "cmb-fetch", "error",
      ])
    guard case .cmb(let block) = sent[1] else { throw FrameFailure.noType }
    #expect(block.form == .flat)
  }

  @Test func nodesMayCallThemselvesAnything() throws {
    var connection = try connection(isDialer: false)
    connection.receive(
      framed(#"{"type":"handshake","nodeId":"a1b2c3d4","name":"melotune"}"#), at: 1)
    #expect(connection.summary?.handshake.nodeID == "a1b2c3d4")
    #expect(connection.summary?.nodeID == NodeID(foreign: "a1b2c3d4"))
    #expect(NodeID(foreign: "a1b2c3d4") != NodeID(foreign: "a1b2c3d5"))
  }

  @Test func whatIsWrongIsSaidBeforeClosing() throws {
    var late = try connection(isDialer: false)
    late.receive([0], at: 1)
    late.tick(at: 10 * Nanoseconds.second)
    let timeout = try drain(&late)
    #expect(timeout.isClosed)
    guard case .error(let error) = timeout.sent[0] else { throw FrameFailure.noType }
    #expect(error.code == 1004)
    var long = try connection(isDialer: false)
    long.receive(framed(#"{"type":"handshake","nodeId":"a","name":"b"}"#), at: 1)
    long.receive(framed(#"{"type":"state-sync","h1":[1],"h2":[1],"confidence":1}"#), at: 1)
    long.receive(framed(#"{"type":"state-sync","h1":[1],"h2":[1],"confidence":1}"#), at: 1)
    long.receive([0, 0x10, 0, 1], at: 1)
    let told = try drain(&long)
    let codes = told.sent.compactMap { frame -> Int64? in
      if case .error(let error) = frame { error.code } else { nil }
    }
    #expect(codes == [1002, 1003])
    #expect(told.isClosed)
  }
}

extension RecordedSessionTests {
  /// The recorded node names a key, so what it is sent of blocks only it can read.
  @Test func blocksForANodeWithAKeyAreSealed() throws {
    for isSealing in [true, false] {
      var settings = try TestNode.settings(1)
      (settings.allowPlaintext, settings.sealsBlocks) = (true, isSealing)
      (settings.handshake.room, settings.handshake.group) = ("default", "default")
      var connection = PeerConnection(
        role: .dialer(isSecure: false), settings: settings, pulseSession: SessionID(rawValue: 0),
        ephemeralSeed: try TestNode.key(9), now: 0)
      let peer = Identity(seed: try TestNode.key(33))
      var handshake = Handshake(nodeID: peer.nodeID.description, name: "ref-peer")
      (handshake.version, handshake.room) = ("0.2.3", "default")
      handshake.e2ePublicKey = CMBSeal.publicKey(of: peer)
      connection.receive(try FrameEncoder.encode(.handshake(handshake)), at: 1)
      let cmb = CMB(CMBCategories(focus: "oven is hot"), createdBy: "n", createdTimestamp: 1)
      connection.send(.cmb(CMBFrame(cmb, timestamp: 1)), at: 2)
      let sent = try drain(&connection).sent
      guard case .handshake(let ours) = sent[0], case .cmb(let block) = sent[1] else {
        throw FrameFailure.noType
      }
      #expect((ours.e2ePublicKey != nil) == isSealing)
      #expect((block.cmb.categories == nil) == isSealing)
      guard isSealing else { continue }
      let theirs = CMBSeal(
        identity: peer, peerKey: ours.e2ePublicKey ?? "", nonceSeed: try TestNode.key(9))
      #expect(theirs?.open(block.cmb)?.categories?[.focus] == "oven is hot")
      // And back: what it seals arrives in the clear.
      connection.receive(try FrameEncoder.encode(.cmb(block)), at: 3)
      guard case .cmb(let back) = try drain(&connection).received.first else {
        throw FrameFailure.noType
      }
      #expect(back.cmb.categories?[.focus] == "oven is hot")
    }
  }
}
