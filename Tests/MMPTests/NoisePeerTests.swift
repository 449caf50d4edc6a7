// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import MMP

/// A secure link against PyPI's `noiseprotocol`, an implementation that shares nothing with ours.
@Suite struct NoisePeerTests {
  init() { #expect(Sodium.isReady) }

  @Test(arguments: [SecureLink.Role.dialer, .listener])
  func linksWithAnIndependentImplementation(_ role: SecureLink.Role) throws {
    let peer = try ScriptedPeer(role == .dialer ? "responder" : "initiator")
    var limits = SecureLink.Limits()
    limits.recordsPerKey = 5
    var link = LinkPair.link(role, LinkPair.alice, ephemeral: 10, limits: limits)

    let established = try peer.nextEvent(of: &link)
    guard case .established(let identity, let hello, let keys) = established else {
      Issue.record("got \(established)")
      return
    }
    #expect(identity.nodeID == Identity(seed: key(90)).nodeID)
    #expect(hello.boot == 0xB007 && hello.pulseSession.rawValue == 0x5E55_1001)
    #expect(hello.udpPort == 7_778)
    // What it exported for sending is what we exported for receiving.
    let exported = try peer.nextEvent(of: &link)
    #expect(exported == .bytes(keys.receiving.bytes + keys.sending.bytes))

    // Both sides change keys on the way: we with every fifth record, it when asked.
    for round in 0..<8 {
      let content = [UInt8]((round % 3 == 1 ? "Rekey, then \(round)" : "round \(round)").utf8)
      try link.send(content, at: 0)
      let answer = try peer.nextEvent(of: &link)
      #expect(answer == .bytes(content.reversed()), "round \(round)")
    }
    #expect(peer.end() == 0)
  }
}

/// `Tests/scripts/noise-peer.py` and the pipes to it.
private struct ScriptedPeer {
  private let process = Process()
  private let toPeer = Pipe()
  private let fromPeer = Pipe()

  init(_ role: String) throws {
    // A peer that could not start must fail the test, not end the test program.
    signal(SIGPIPE, SIG_IGN)
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", tests.path + "/scripts/noise-peer.py", role]
    process.standardInput = toPeer
    process.standardOutput = fromPeer
    try process.run()
  }

  struct PeerEnded: Error, CustomStringConvertible {
    let description = "noise-peer.py ended early; what it said is above"
  }

  /// Moves bytes both ways until something happens on the link.
  func nextEvent(of link: inout SecureLink) throws -> SecureLink.Event {
    while true {
      if let event = link.nextEvent() { return event }
      let output = link.takeOutput()
      if !output.isEmpty { try toPeer.fileHandleForWriting.write(contentsOf: Data(output)) }
      let input = fromPeer.fileHandleForReading.availableData
      guard !input.isEmpty else { throw PeerEnded() }
      link.receive([UInt8](input))
      let reply = link.takeOutput()
      if !reply.isEmpty { try toPeer.fileHandleForWriting.write(contentsOf: Data(reply)) }
    }
  }

  /// Closes its input and waits for its exit status.
  func end() -> Int32 {
    try? toPeer.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
