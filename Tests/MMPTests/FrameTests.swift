// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct FrameTests {
  private func decode(_ text: String) throws(FrameFailure) -> Frame {
    let bytes = Array(text.utf8)
    return try bytes.span.bytes.withUnsafeBytes { raw throws(FrameFailure) in
      try Frame.decode(raw, limits: .server)
    }
  }

  @Test func recordedHandshakesOfThreeVersions() throws {
    let current = try decode(RecordedFrames.handshakeCurrent)
    guard case .handshake(let c) = current else { throw FrameFailure.noType }
    #expect(c.nodeID == "01a1fd53-71ff-7d62-94ba-a1f035178dc4")
    #expect(c.name == "ref-peer")
    #expect(c.version == "0.2.3")
    #expect(c.room == "default")
    #expect(c.publicKey == "_09QZPa4z_tZwfOmoyRuAKGPE0LGJUaeZ2MUdO2Cd6w")
    #expect(c.lifecycleRole == "participant")
    #expect(c.dialect == .sectioned)
    guard case .handshake(let a) = try decode(RecordedFrames.handshakeOriginal) else {
      throw FrameFailure.noType
    }
    #expect(a == Handshake(nodeID: "1d86fb71-a447-4dc9-a6e4-c9893cc445ea", name: "old-peer"))
    #expect(a.dialect == .original)
    let middle = #"{"type":"handshake","nodeId":"x","name":"n","version":"0.2.2","group":"g"}"#
    guard case .handshake(let b) = try decode(middle) else { throw FrameFailure.noType }
    #expect(b.dialect == .flat)
    #expect(b.group == "g")
  }

  @Test func recordedStateSync() throws {
    guard case .stateSync(let state) = try decode(RecordedFrames.stateSync) else {
      throw FrameFailure.noType
    }
    #expect(state.h1.count == 32)
    #expect(state.h2.count == 32)
    #expect(state.h1[1] == -0.09759000729485333)
    #expect(state.h1[26] == 0.5855400437691199)
    #expect(state.h2[23] == -0.3903600291794133)
    #expect(state.confidence == 0.8)
  }

  @Test func recordedFramesOfOtherKindsAreUnknown() throws {
    for text in RecordedFrames.unread {
      guard case .unknown = try decode(text) else {
        Issue.record("read as something else: \(text)")
        continue
      }
    }
    #expect(try decode(#"{"type":"ping"}"#) == .ping)
    #expect(try decode(#"{"type":"pong","extra":[1]}"#) == .pong)
  }

  @Test func peerInfoSkipsWhatItCannotUse() throws {
    let text =
      #"{"type":"peer-info","peers":[{"nodeId":"f64c3719","name":"melotune","#
      + #""wakeChannel":{"platform":"apns","token":"t","environment":"sandbox"},"#
      + #""lastSeen":1711100000000},{"name":"no id"},7]}"#
    let entry = PeerInfo.Entry(
      nodeID: "f64c3719", name: "melotune",
      wakeChannel: WakeChannel(platform: "apns", token: "t", environment: "sandbox"),
      lastSeenMilliseconds: 1_711_100_000_000)
    #expect(try decode(text) == .peerInfo(PeerInfo(peers: [entry])))
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let summary = NodeSummary(
      profile: "zero", tickMilliseconds: 10, pulseIntervalMilliseconds: 100, version: "0.1.0",
      boot: .max, inputs: ["fan", "hum 50 Hz"], outputs: ["tone"])
    let frames: [Frame] = [
      .handshake(
        Handshake(
          nodeID: "8f14e45f-ceea-867a-9a36-dedd4bea2543", name: "kitchen \"quoted\" ü",
          room: "home", publicKey: "dKMu_E0znsZfCW_gzsRf4VWgdhgnThLeePI_LXG5UrE",
          taumesh: summary)),
      .handshake(Handshake(nodeID: "a1b2c3d4", name: "melotune")),
      .peerInfo(
        PeerInfo(peers: [.init(nodeID: "a", name: "b", lastSeenMilliseconds: 3)])),
      .peerInfo(PeerInfo(peers: [])),
      .ping, .pong,
      .stateSync(
        StateSync(
          h1: (0..<64).map { 1 / Double($0 + 3) }, h2: (0..<64).map { -Double($0) * 0.1 },
          confidence: 0.25)),
    ]
    for frame in frames {
      let bytes = try FrameEncoder.encode(frame)
      #expect(try decode(String(decoding: bytes.dropFirst(4), as: UTF8.self)) == frame)
    }
  }

  @Test func pingIsExactlyFifteenBytes() throws {
    let expected = [0, 0, 0, 15] + Array(#"{"type":"ping"}"#.utf8)
    #expect(try FrameEncoder.encode(.ping) == expected)
  }

  @Test func badFieldsNameThemselves() {
    let table: [(String, String)] = [
      (#"{"type":"handshake","name":"n"}"#, "nodeId"),
      (#"{"type":"handshake","nodeId":"x","name":""}"#, "name"),
      (#"{"type":"handshake","nodeId":"x","name":"a\u0007b"}"#, "name"),
      (#"{"type":"handshake","nodeId":"x","name":"n","taumesh":{}}"#, "taumesh.profile"),
      (#"{"type":"handshake","nodeId":"x","name":"n","extensions":[1]}"#, "extensions"),
      (#"{"type":"peer-info"}"#, "peers"),
      (#"{"type":"state-sync","h1":[1],"h2":[1],"confidence":1}"#, "h1"),
    ]
    for (text, field) in table {
      do throws(FrameFailure) {
        let frame = try decode(text)
        Issue.record("accepted \(text) as \(frame.type)")
      } catch {
        guard case .badField(let name, _, _) = error else {
          Issue.record("\(text): \(error)")
          continue
        }
        #expect(name == field)
      }
    }
    #expect(throws: FrameFailure.notAnObject) { try decode("[1]") }
    #expect(throws: FrameFailure.noType) { try decode(#"{"kind":"ping"}"#) }
    #expect(throws: FrameFailure.noType) { try decode(#"{"type":7}"#) }
  }

  @Test func pulseIntervalBeyondTheRuleIsRefused() {
    func handshake(_ interval: String) -> String {
      #"{"type":"handshake","nodeId":"x","name":"n","taumesh":{"profile":"zero","tick":10,"#
        + #""pulseInterval":\#(interval),"version":"1","boot":1}}"#
    }
    #expect(throws: Never.self) { try decode(handshake("400")) }
    for interval in ["400.5", "0", "-1", "null", "\"100\""] {
      #expect(throws: FrameFailure.self, "\(interval)") { try decode(handshake(interval)) }
    }
  }
}
