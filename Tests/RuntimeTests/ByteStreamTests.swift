// SPDX-License-Identifier: Apache-2.0

import CSystem
import Runtime
import Testing

@Suite struct ByteStreamTests {
  @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
  func bytesTravelBothWaysAndTheEndIsSeen(_ place: String) throws {
    let reactor = try Reactor()
    var (heard, answered) = ("", "")
    var reasons: [ByteStream.CloseReason] = []
    let listener = try TCPListener(reactor: reactor, at: try #require(SocketAddress(place))) {
      stream in
      stream.onBytes = { bytes in
        heard += text(bytes)
        if heard.hasSuffix("?") { stream.send("yes!") }
      }
      stream.onClose = {
        reasons.append($0)
        reactor.stop()
      }
      stream.start()
    }
    #expect(listener.address.port != 0)
    let client = ByteStream.connect(
      reactor: reactor, to: listener.address, timeoutNanoseconds: second)
    client.send("before the connection is there, ")
    client.onOpen = { client.send("and after?") }
    client.onBytes = { bytes in
      answered += text(bytes)
      if answered == "yes!" { client.close() }
    }
    #expect(reactor.run(atMost: 5 * second))
    #expect(heard == "before the connection is there, and after?")
    #expect(answered == "yes!")
    #expect(reasons == [.endOfStream])
    listener.close()
  }

  @Test func aMegabyteArrivesWholeThroughTheQueue() throws {
    let reactor = try Reactor()
    let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    var received: [UInt8] = []
    let listener = try TCPListener(reactor: reactor, at: .loopback(port: 0)) { stream in
      stream.onBytes = { received.append(contentsOf: $0) }
      stream.onClose = { _ in reactor.stop() }
      stream.start()
    }
    let client = ByteStream.connect(
      reactor: reactor, to: listener.address, timeoutNanoseconds: second)
    client.onOpen = {
      #expect(client.send(sent))
      client.finish()
      #expect(!client.send("nothing after the end"))
    }
    #expect(reactor.run(atMost: 10 * second))
    #expect(received == sent)
    client.close()
    listener.close()
  }

  @Test func aPeerThatDoesNotReadIsClosedAtTheLimit() throws {
    let reactor = try Reactor()
    let (near, far) = try socketPair()
    defer { close(far) }
    let stream = ByteStream(
      reactor: reactor, adopting: near, peerName: "the sleeper", queueLimit: 10_000)
    var reason: ByteStream.CloseReason?
    stream.onClose = {
      reason = $0
      reactor.stop()
    }
    stream.start()
    let block = [UInt8](repeating: 1, count: 4096)
    var accepted = 0
    while accepted < 10_000, stream.send(block) { accepted += 1 }
    #expect(accepted < 10_000)
    #expect(!stream.isOpen)
    #expect(reason == nil, "told from inside send")
    #expect(!stream.send(block))
    #expect(reactor.run(atMost: second))
    #expect(reason == .queueFull(peer: "the sleeper", limit: 10_000))
    #expect(reason?.description == "the sleeper reads too slowly: more than 10000 bytes waiting")
  }

  @Test func theQueueDrainsInOrderWhenThePeerReadsAgain() throws {
    let reactor = try Reactor()
    let (near, far) = try socketPair()
    let sender = ByteStream(reactor: reactor, adopting: near, peerName: "near")
    let receiver = ByteStream(reactor: reactor, adopting: far, peerName: "far")
    var received: [UInt8] = []
    receiver.onBytes = { received.append(contentsOf: $0) }
    receiver.onClose = { _ in reactor.stop() }
    receiver.setReading(false)
    receiver.start()
    sender.start()
    let sent = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
    for start in stride(from: 0, to: sent.count, by: 9_000) {
      #expect(sender.send(Array(sent[start..<(start + 9_000)])))
    }
    #expect(!reactor.run(atMost: 5 * millisecond))
    #expect(received.isEmpty)
    #expect(sender.queuedBytes > 0)
    receiver.setReading(true)
    sender.finish()
    #expect(reactor.run(atMost: 10 * second))
    #expect(received == sent)
    sender.close()
  }

  @Test func halfOpenAnswersAfterTheEndOfTheQuestion() throws {
    let reactor = try Reactor()
    let (near, far) = try socketPair()
    let server = ByteStream(reactor: reactor, adopting: near, peerName: "client")
    let client = ByteStream(reactor: reactor, adopting: far, peerName: "server")
    var (question, answer) = ("", "")
    var reasons: [String] = []
    server.onBytes = { question += text($0) }
    server.onEnd = {
      server.send("42")
      server.finish()
    }
    server.onClose = { reasons.append("server: \($0.description)") }
    client.onBytes = { answer += text($0) }
    client.onClose = {
      reasons.append("client: \($0.description)")
      reactor.stop()
    }
    server.start()
    client.start()
    client.send("what?")
    client.finish()
    #expect(reactor.run(atMost: second))
    #expect(question == "what?")
    #expect(answer == "42")
    #expect(
      reasons.sorted() == ["client: closed by the other end", "server: closed by the other end"])
  }

  @Test func aRefusedConnectionNamesTheAddress() throws {
    let reactor = try Reactor()
    let listener = try TCPListener(reactor: reactor, at: .loopback(port: 0)) { _ in }
    let address = listener.address
    listener.close()
    let stream = ByteStream.connect(reactor: reactor, to: address, timeoutNanoseconds: second)
    var reason = ""
    stream.onOpen = { Issue.record("connected to nobody") }
    stream.onClose = {
      reason = $0.description
      reactor.stop()
    }
    #expect(reactor.run(atMost: 5 * second))
    #expect(
      reason == "cannot connect to 127.0.0.1:\(address.port): Connection refused (ECONNREFUSED)")
  }

  /// A listener whose backlog is full does not answer: the connection stays in progress.
  @Test func aConnectionThatIsNotAnsweredTimesOut() throws {
    let reactor = try Reactor()
    let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(silent) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        #expect(bind(silent, $0, length) == 0)
        #expect(listen(silent, 0) == 0)
        getsockname(silent, $0, &length)
      }
    }
    let target = SocketAddress.loopback(port: UInt16(bigEndian: address.sin_port))
    var streams: [ByteStream] = []
    var reason: ByteStream.CloseReason?
    for _ in 0..<3 {
      let stream = ByteStream.connect(
        reactor: reactor, to: target, timeoutNanoseconds: 50 * millisecond)
      stream.onClose = {
        reason = $0
        reactor.stop()
      }
      streams.append(stream)
    }
    #expect(reactor.run(atMost: 5 * second))
    #expect(reason == .connectTimedOut(peer: target.description, after: 50 * millisecond))
    for stream in streams { stream.close() }
  }

  @Test func aPortInUseNamesAddressAndReason() throws {
    let reactor = try Reactor()
    let first = try TCPListener(reactor: reactor, at: .loopback(port: 0)) { _ in }
    defer { first.close() }
    let error = #expect(throws: SystemError.self) {
      try TCPListener(reactor: reactor, at: first.address) { _ in }
    }
    #expect(
      error?.description
        == "cannot listen on TCP 127.0.0.1:\(first.address.port): "
        + "Address already in use (EADDRINUSE)")
  }

  @Test func aResetIsAFailureNotAnEnd() throws {
    let reactor = try Reactor()
    var reason: ByteStream.CloseReason?
    let listener = try TCPListener(reactor: reactor, at: .loopback(port: 0)) { stream in
      stream.onClose = {
        reason = $0
        reactor.stop()
      }
      stream.start()
    }
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = listener.address.port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        #expect(connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0)
      }
    }
    var abort = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      client, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
    close(client)
    #expect(reactor.run(atMost: 5 * second))
    guard case .failed(let error) = reason else {
      Issue.record("reason is \(String(describing: reason))")
      return
    }
    #expect(error.name == "ECONNRESET")
    listener.close()
  }

  @Test func aClosedStreamIsReleasedByTheReactor() throws {
    let reactor = try Reactor()
    let (near, far) = try socketPair()
    defer { close(far) }
    var stream: ByteStream? = ByteStream(reactor: reactor, adopting: near, peerName: "")
    weak let seen = stream
    stream?.onBytes = { [stream] _ in stream?.close() }
    stream?.start()
    stream = nil
    #expect(seen != nil)
    write(far, "x", 1)
    #expect(!reactor.run(atMost: 10 * millisecond))
    #expect(seen == nil)
  }
}
