// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// The other side of the hops: answers a pulse with a pulse, and other datagrams as they are.
package final class HopPartner {
  /// Where bare datagrams are echoed, and where pulses are answered.
  struct Ports: Equatable {
    let plain: UInt16
    let sealed: UInt16
  }

  /// The operand of `taumesh bench` that makes a process the partner.
  package static let word = "partner"
  /// Without a datagram for so long, nobody is there any more, ns.
  private static let patience: Int64 = 10_000_000_000

  private let reactor: Reactor
  private let pair: PulsePair
  private var plain: UDPSocket?
  private var sealed: UDPSocket?
  private var received = 0
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)

  /// Opens a socket for each kind.
  init(reactor: Reactor, pair: PulsePair) throws(SystemError) {
    (self.reactor, self.pair) = (reactor, pair)
    plain = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) {
      [unowned(unsafe) self] bytes, sender, _ in
      received += 1
      plain?.send(bytes, to: sender)
    }
    sealed = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) {
      [unowned(unsafe) self] bytes, sender, _ in answer(bytes, sender)
    }
    pair.second.measure()
  }

  deinit { room.deallocate() }

  var ports: Ports {
    Ports(plain: plain?.address.port ?? 0, sealed: sealed?.address.port ?? 0)
  }

  func close() {
    plain?.close()
    sealed?.close()
  }

  private func answer(_ bytes: UnsafeRawBufferPointer, _ sender: SocketAddress) {
    received += 1
    guard pair.second.receive(bytes) else { return }
    while let count = pair.second.next(into: room) {
      sealed?.send(UnsafeRawBufferPointer(rebasing: room[..<count]), to: sender)
    }
    // Its next measurement belongs to the time until the next pulse comes.
    pair.second.measure()
  }

  /// Ends the reactor when nobody sends any more.
  private func watch(_ before: Int) {
    reactor.after(Self.patience) { [unowned(unsafe) self] in
      if received == before { reactor.stop() } else { watch(received) }
    }
  }

  /// The process at the other side: prints its two ports and answers until nobody asks any more.
  package static func run() -> Int32 {
    do throws(SystemError) {
      let reactor = try Reactor()
      guard let pair = PulsePair() else { return 1 }
      let partner = try HopPartner(reactor: reactor, pair: pair)
      StandardOutput.write("\(partner.ports.plain) \(partner.ports.sealed)\n")
      partner.watch(0)
      reactor.run()
      partner.close()
      return 0
    } catch {
      StandardOutput.writeError("taumesh bench: \(error)\n")
      return 1
    }
  }
}
