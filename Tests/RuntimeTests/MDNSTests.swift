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
      "a: own 1 published", "b: own 1 published", "a: own 2 published",
      "a: service 1 with id=1 who=b", "b: service 1 with id=1 who=a",
      "b: service 2 with id=2 who=a", "b: service 2 gone", "a: service 1 gone", "a: lost beta",
    ] {
      #expect(events.contains(event), "\(events)")
    }
    #expect(!events.contains { $0.hasPrefix("a: service") && $0.contains("who=a") })
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
    try services(first, second)
    second.close()
    try wait(for: "a: service 1 gone")
    try wait(for: "a: lost beta")
    first.close()
    return events
  }

  /// Further services come and go beside those of the nodes.
  private func services(_ first: MDNS, _ second: MDNS) throws {
    for (mdns, who) in [(first, "a"), (second, "b")] {
      guard mdns.follow(type: "_one._tcp") == 1,
        mdns.publish(
          instance: "one of \(who)", type: "_one._tcp", text: record("id=1", "who=\(who)"),
          port: 7003) == 1
      else { throw Failure(description: "no room for a service") }
      try wait(for: "\(who): own 1 published")
    }
    try wait(for: "a: service 1 with id=1 who=b")
    try wait(for: "b: service 1 with id=1 who=a")
    guard second.follow(type: "_two._tcp") == 2, second.follow(type: "_three._tcp") == nil else {
      throw Failure(description: "expected room for two further types")
    }
    let text = record("id=2", "who=a")
    let number = first.publish(instance: "two", type: "_two._tcp", text: text, port: 7004)
    try wait(for: "b: service 2 with id=2 who=a")
    first.withdraw(number ?? 0)
    try wait(for: "b: service 2 gone")
    second.unfollow(2)
    guard second.follow(type: "_three._tcp") == 2 else {
      throw Failure(description: "no room for a type in place of another")
    }
  }

  private func record(_ texts: String...) -> [UInt8] {
    texts.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
  }

  private func words(_ record: [UInt8]) -> String {
    var (rest, words) = (record[...], [String]())
    while let count = rest.popFirst() {
      words.append(String(decoding: rest.prefix(Int(count)), as: UTF8.self))
      rest = rest.dropFirst(Int(count))
    }
    return words.joined(separator: " ")
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
    case .serviceFound(let service): "service \(service.type) with \(words(service.text))"
    case .serviceLost(let service): "service \(service.type) gone"
    case .service(let number, .published): "own \(number) published"
    case .service(let number, let outcome): "own \(number): \(outcome)"
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
