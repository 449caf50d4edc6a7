// SPDX-License-Identifier: Apache-2.0

import CSystem
import Runtime
import Testing

@Suite struct UDPSocketTests {
  private func pack(_ text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    Array(text.utf8).withUnsafeBytes(body)
  }

  @Test func datagramsKeepOrderSenderAndArrivalTime() throws {
    let reactor = try Reactor()
    let before = MonotonicClock.now
    var received: [String] = []
    var senders: Set<SocketAddress> = []
    var times: [Int64] = []
    let receiver = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { bytes, peer, time in
      received.append(text(bytes))
      senders.insert(peer)
      times.append(time)
      if received.count == 30 { reactor.stop() }
    }
    let sender = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { _, _, _ in }
    for index in 0..<30 { pack("\(index)") { sender.send($0, to: receiver.address) } }
    let sent = MonotonicClock.now
    #expect(reactor.run(atMost: 5 * second))
    #expect(received == (0..<30).map { "\($0)" })
    #expect(senders == [sender.address])
    #expect(times.allSatisfy { $0 >= before && $0 <= MonotonicClock.now })
    // The kernel's stamp, taken when the datagram was queued, not the time it was read here.
    #expect(times.allSatisfy { $0 <= sent + millisecond })
    receiver.close()
    sender.close()
  }

  @Test func aSocketForBothFamiliesSeesIPv4PeersAsIPv4() throws {
    let reactor = try Reactor()
    var peers: [SocketAddress] = []
    var answered = 0
    let both = try UDPSocket(reactor: reactor, at: .any(port: 0)) { _, peer, _ in
      peers.append(peer)
    }
    let four = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { _, peer, _ in
      #expect(peer == .loopback(port: both.address.port))
      answered += 1
      reactor.stop()
    }
    let six = try UDPSocket(reactor: reactor, at: try #require(SocketAddress("[::1]:0"))) {
      _, _, _ in
    }
    let sixTarget = try #require(SocketAddress("[::1]:\(both.address.port)"))
    pack("6") { six.send($0, to: sixTarget) }
    pack("4") { four.send($0, to: .loopback(port: both.address.port)) }
    reactor.after(20 * millisecond) { self.pack("back") { both.send($0, to: four.address) } }
    #expect(reactor.run(atMost: 5 * second))
    #expect(peers == [six.address, four.address])
    #expect(answered == 1)
    for socket in [both, four, six] { socket.close() }
  }

  @Test func anOversizedDatagramIsDroppedAndCounted() throws {
    let reactor = try Reactor()
    var sizes: [Int] = []
    let receiver = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { bytes, _, _ in
      sizes.append(bytes.count)
      if bytes.isEmpty { reactor.stop() }
    }
    for size in [UDPSocket.largestDatagram, UDPSocket.largestDatagram + 1, 0] {
      [UInt8](repeating: 7, count: size).withUnsafeBytes {
        _ = receiver.send($0, to: receiver.address)
      }
    }
    #expect(reactor.run(atMost: 5 * second))
    #expect(sizes == [UDPSocket.largestDatagram, 0])
    #expect(receiver.oversized == 1)
    receiver.close()
  }

  @Test func aDatagramTheKernelRefusesIsCountedAndExplained() throws {
    let reactor = try Reactor()
    let socket = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { _, _, _ in }
    let target = try #require(SocketAddress("[::1]:9"))
    pack("x") { #expect(!socket.send($0, to: target)) }
    #expect(socket.unsent == 1)
    #expect(socket.lastSendError?.subject == "[::1]:9")
    socket.close()
    pack("x") { #expect(!socket.send($0, to: target)) }
  }

  @Test func aPortInUseNamesAddressAndReason() throws {
    let reactor = try Reactor()
    let first = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { _, _, _ in }
    defer { first.close() }
    let error = #expect(throws: SystemError.self) {
      try UDPSocket(reactor: reactor, at: first.address) { _, _, _ in }
    }
    #expect(error?.subject == first.address.description)
    #expect(error?.name == "EADDRINUSE")
  }

  @Test func aFloodLeavesTimersTheirTurn() throws {
    let reactor = try Reactor()
    var received = 0
    var receivedAtTimer = -1
    let socket = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) { _, _, _ in
      received += 1
    }
    for _ in 0..<(2 * UDPSocket.readsPerTurn) { pack("x") { socket.send($0, to: socket.address) } }
    reactor.at(0) {
      receivedAtTimer = received
      reactor.stop()
    }
    #expect(reactor.run(atMost: second))
    #expect(receivedAtTimer == UDPSocket.readsPerTurn)
    socket.close()
  }
}
