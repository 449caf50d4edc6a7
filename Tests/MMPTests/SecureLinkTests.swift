// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct SecureLinkTests {
  private let message = [UInt8]("a frame of forty bytes, more or less ...".utf8)

  init() { #expect(Sodium.isReady) }

  @Test func bothEndsKnowEachOther() {
    var pair = LinkPair()
    pair.exchange()
    guard case .established(let bob, let bobHello, let keys) = pair.dialer.nextEvent(),
      case .established(let alice, let aliceHello, let mirrored) = pair.listener.nextEvent()
    else {
      Issue.record("not established")
      return
    }
    #expect(bob.nodeID == LinkPair.bob.nodeID && alice.nodeID == LinkPair.alice.nodeID)
    #expect(bob.publicKey == LinkPair.bob.publicKey)
    #expect(bobHello == LinkPair.hello(of: LinkPair.bob))
    #expect(aliceHello == LinkPair.hello(of: LinkPair.alice))
    #expect(keys.sending == mirrored.receiving && keys.receiving == mirrored.sending)
    #expect(keys.sending != keys.receiving)
  }

  @Test func theStreamHasTheLayoutOfTheProtocol() throws {
    var pair = LinkPair()
    pair.exchange()
    try pair.dialer.send([1, 2, 3], at: 0)
    let record = pair.dialer.takeOutput()
    // TAU1, message 1 of 48 bytes, message 3 of 64 + 47 bytes.
    #expect(pair.fromDialer.prefix(6) == [0x54, 0x41, 0x55, 0x31, 0, 48])
    #expect(pair.fromDialer.count == 4 + 2 + 48 + 2 + 48 + 47 + 16)
    #expect(pair.fromListener.count == 2 + 32 + 48 + 47 + 16)
    #expect(record.prefix(2) == [0, 20] && record.count == 22)
  }

  @Test func everySlicingOfTheStreamGivesTheSame() throws {
    var pair = LinkPair()
    pair.exchange()
    try pair.dialer.send(message, at: 0)
    let stream = pair.fromDialer + pair.dialer.takeOutput()
    for step in 1...stream.count {
      var listener = LinkPair.link(.listener, LinkPair.bob, ephemeral: 11)
      for start in stride(from: 0, to: stream.count, by: step) {
        listener.receive([UInt8](stream[start..<min(start + step, stream.count)]))
      }
      let events = listener.events()
      #expect(events.count == 2, "step \(step)")
      #expect(events.last == .bytes(message), "step \(step)")
      #expect(listener.takeOutput() == pair.fromListener, "step \(step)")
    }
  }

  @Test(arguments: [1, 16_367, 16_368, 40_000, 500_000])
  func payloadsOfAnySizeComeThrough(_ count: Int) throws {
    var pair = LinkPair()
    pair.exchange()
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try pair.dialer.send(payload, at: 0)
    try pair.listener.send(payload.reversed(), at: 0)
    pair.exchange()
    #expect(pair.listener.content() == payload)
    #expect(pair.dialer.content() == payload.reversed())
  }

  @Test func recordsStayWithinTheirSize() throws {
    var pair = LinkPair()
    pair.exchange()
    try pair.dialer.send([UInt8](repeating: 7, count: 100_000), at: 0)
    var rest = pair.dialer.takeOutput()[...]
    while rest.count >= 2 {
      let count = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
      #expect(count <= 16_384)
      rest = rest.dropFirst(2 + count)
    }
    #expect(rest.isEmpty)
  }

  @Test func sendIsRefusedWholeWhenTooMuchWaits() throws {
    var limits = SecureLink.Limits()
    limits.output = 1_000
    var pair = LinkPair(
      dialer: LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, limits: limits))
    #expect(throws: LinkSendError.notOpen) { try pair.dialer.send([1], at: 0) }
    pair.exchange()
    try pair.dialer.send([UInt8](repeating: 1, count: 900), at: 0)
    let waiting = pair.dialer.outputCount
    #expect(throws: LinkSendError.self) {
      try pair.dialer.send([UInt8](repeating: 2, count: 200), at: 0)
    }
    #expect(pair.dialer.outputCount == waiting)
    pair.exchange()
    #expect(pair.listener.content() == [UInt8](repeating: 1, count: 900))
    try pair.dialer.send([UInt8](repeating: 2, count: 200), at: 0)
    pair.exchange()
    #expect(pair.listener.content() == [UInt8](repeating: 2, count: 200))
  }

  @Test func aPeerWhoIsNotReadMayNotFillTheMemory() throws {
    var limits = SecureLink.Limits()
    limits.unread = 100
    var pair = LinkPair(
      listener: LinkPair.link(.listener, LinkPair.bob, ephemeral: 11, limits: limits))
    pair.exchange()
    try pair.dialer.send([UInt8](repeating: 1, count: 101), at: 0)
    pair.exchange()
    #expect(pair.listener.failure() == .unread(101))
  }

  @Test func theHelloSkipsExtensionsItDoesNotKnow() throws {
    let bytes = LinkPair.hello(of: LinkPair.alice).bytes
    #expect(bytes.count == 47)
    #expect(try LinkHello(bytes + [9, 2, 1, 1, 200, 0]).bytes == bytes)
    #expect(throws: LinkHelloError.extensions) { try LinkHello(bytes + [9, 2, 1]) }
    #expect(throws: LinkHelloError.extensions) { try LinkHello(bytes + [9]) }
    #expect(throws: LinkHelloError.version(2)) { try LinkHello([2] + bytes.dropFirst()) }
    for count in 0..<47 {
      #expect(throws: LinkHelloError.tooShort(count)) {
        try LinkHello([UInt8](bytes.prefix(count)))
      }
    }
    let long = bytes + [UInt8](repeating: 0, count: 466)
    #expect(throws: LinkHelloError.tooLong(513)) { try LinkHello(long) }
  }

  @Test func theEndOfTheStreamIsNamed() throws {
    var before = LinkPair()
    before.dialer.receiveEnd()
    #expect(before.dialer.failure() == .closedInHandshake)
    var pair = LinkPair()
    pair.exchange()
    try pair.dialer.send(message, at: 0)
    pair.listener.receive([UInt8](pair.dialer.takeOutput().dropLast()))
    pair.listener.receiveEnd()
    #expect(pair.listener.failure() == .truncated)
    pair.dialer.receiveEnd()
    #expect(pair.dialer.failure() == .closed)
    #expect(throws: LinkSendError.notOpen) { try pair.dialer.send(message, at: 0) }
  }
}
