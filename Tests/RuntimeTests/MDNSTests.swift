// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Runtime
import Testing

/// Discovery between two nodes of one machine, in a network of the test's own.
///
/// Several machines and a foreign responder are the matter of `Tests/mesh/mdns.sh`.
@Suite struct MDNSTests {
  @Test func twoNodesFindAndMissEachOther() async throws {
    let events = try await withCheckedThrowingContinuation { continuation in
      // A network name space belongs to a thread: this one ends with the meeting.
      Thread.detachNewThread {
        continuation.resume(with: Result { try Meeting().run() })
      }
    }
    #expect(events.first == "a: no network")
    #expect(events.filter { $0 == "a: no network" }.count == 1)
    for event in [
      "a: network", "a: published", "b: published",
      "a: found beta in home at 10.78.0.1:7002",
      "b: found alpha in home at 10.78.0.1:7001",
      "a: lost beta",
    ] {
      #expect(events.contains(event), "\(events)")
    }
    #expect(!events.contains { $0.hasPrefix("a: found alpha") || $0.hasPrefix("b: found beta") })
  }
}

/// The course of the test, on its own thread.
///
/// Away from the test's own thread only errors count: a failed expectation would be nobody's.
private final class Meeting {
  struct Failure: Error { let description: String }

  private let reactor: Reactor
  private var events: [String] = []

  init() throws {
    // unshare(2) is no part of the Swift overlay.
    typealias Unshare = @convention(c) (Int32) -> Int32
    let newNetwork: Int32 = 0x4000_0000
    guard let symbol = dlsym(nil, "unshare"),
      unsafeBitCast(symbol, to: Unshare.self)(newNetwork) == 0
    else {
      throw SystemError("make", "a network name space (needs root)", code: errno)
    }
    reactor = try Reactor()
  }

  func run() throws -> [String] {
    let first = try node("a", "alpha", "aaaaaaaa-0000-8000-8000-000000000001", 7001)
    try wait(for: "a: no network")
    // The children run in the name space of the thread that starts them.
    try ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
    try ip("address", "add", "10.78.0.1/24", "dev", "lan0")
    try ip("link", "set", "lan0", "up")
    try ip("link", "set", "lan1", "up")
    try wait(for: "a: published")
    try wait(for: "a: network")
    let second = try node("b", "beta", "bbbbbbbb-0000-8000-8000-000000000002", 7002)
    try wait(for: "b: published")
    try wait(for: "a: found beta in home at 10.78.0.1:7002")
    try wait(for: "b: found alpha in home at 10.78.0.1:7001")
    second.close()
    try wait(for: "a: lost beta")
    first.close()
    return events
  }

  private func node(_ label: String, _ name: String, _ id: String, _ port: UInt16) throws -> MDNS {
    let announcement = MDNS.Announcement(
      nodeID: id, nodeName: name, publicKey: "AAAA", meshID: "home", port: port)
    return try MDNS(reactor: reactor, announcement, capacity: 8) { event in
      self.events.append("\(label): \(self.describe(event))")
      self.reactor.stop()
    }
  }

  private func describe(_ event: MDNS.Event) -> String {
    switch event {
    case .found(let node): "found \(node.nodeName) in \(node.meshID ?? "none") at \(node.address)"
    case .lost(let node): "lost \(node.nodeName)"
    case .published: "published"
    case .collision: "collision"
    case .failed(let reason): "failed: \(reason)"
    case .noNetwork: "no network"
    case .networkReturned: "network"
    case .full: "full"
    }
  }

  private func wait(for event: String) throws {
    let deadline = MonotonicClock.now + 20 * second
    while !events.contains(event), MonotonicClock.now < deadline {
      _ = reactor.run(atMost: second)
    }
    guard events.contains(event) else {
      throw Failure(description: "no \"\(event)\" among \(events)")
    }
  }

  private func ip(_ arguments: String...) throws {
    var status: Int32 = -1
    var hasEnded = false
    let child = try ChildProcess(reactor: reactor, ["ip"] + arguments, capturesOutput: false) {
      status = $0
      hasEnded = true
      self.reactor.stop()
    }
    while !hasEnded { _ = reactor.run(atMost: second) }
    _ = child
    guard status == 0 else { throw Failure(description: "ip \(arguments): status \(status)") }
  }
}
