// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A datagram socket in the reactor; sending and receiving allocate nothing.
package final class UDPSocket {
  /// The longest datagram that is delivered; longer ones are dropped and counted.
  package static let largestDatagram = 2048
  /// Datagrams read in one turn, so that a flood cannot starve the rest of the loop.
  package static let readsPerTurn = 64

  /// Called for each datagram with its bytes (valid during the call), its sender and the
  /// monotonic time in nanoseconds at which the kernel received it.
  package typealias Handler = (UnsafeRawBufferPointer, SocketAddress, Int64) -> Void

  /// The address bound to, with the port the kernel chose when 0 was asked for.
  package let address: SocketAddress
  /// Received datagrams dropped because they were too long.
  package private(set) var oversized: UInt64 = 0
  /// Datagrams the kernel refused to take, because its buffer was full or there is no route.
  package private(set) var unsent: UInt64 = 0
  /// The error of the last refused datagram.
  package private(set) var lastSendError: SystemError?

  private let reactor: Reactor
  private var descriptor: Int32
  private var watch: Watch?
  private var handler: Handler?
  private let datagrams: UnsafeMutablePointer<tm_datagram>

  /// Binds to `address` (port 0 for a free one) and delivers to `handler`.
  package init(
    reactor: Reactor, at address: SocketAddress, _ handler: @escaping Handler
  ) throws(SystemError) {
    var wanted = address.kernelForm
    descriptor = tm_udp_bind(&wanted)
    guard descriptor >= 0 else { throw SystemError.last("bind UDP", address.description) }
    var actual = tm_address()
    _ = tm_local_address(descriptor, &actual)
    self.address = SocketAddress(actual)
    self.reactor = reactor
    self.handler = handler
    datagrams = .allocate(capacity: Int(TM_DATAGRAM_BATCH))
    watch = try reactor.watch(descriptor, for: .readable) { _ in self.receive() }
  }

  deinit {
    if descriptor >= 0 { CSystem.close(descriptor) }
    datagrams.deallocate()
  }

  /// Sends one datagram; false when the kernel did not take it (counted, never queued).
  @discardableResult
  package func send(_ bytes: UnsafeRawBufferPointer, to peer: SocketAddress) -> Bool {
    guard descriptor >= 0 else { return false }
    var address = peer.kernelForm
    let family: Int32 = self.address.isIPv6 ? 1 : 0
    if tm_udp_send(descriptor, family, bytes.baseAddress, bytes.count, &address) >= 0 {
      return true
    }
    unsent += 1
    let code = tm_errno()
    if lastSendError?.code != code {
      lastSendError = SystemError("send to", peer.description, code: code)
    }
    return false
  }

  /// Leaves the reactor and closes the socket.
  package func close() {
    guard descriptor >= 0 else { return }
    if let watch { reactor.unwatch(watch) }
    CSystem.close(descriptor)
    (descriptor, watch, handler) = (-1, nil, nil)
  }

  private func receive() {
    var left = UDPSocket.readsPerTurn
    let room = UnsafeMutableRawBufferPointer(
      rebasing: reactor.scratch[..<(UDPSocket.largestDatagram * Int(TM_DATAGRAM_BATCH))])
    while left > 0, descriptor >= 0 {
      let count = Int(tm_udp_receive(descriptor, room.baseAddress, room.count, datagrams))
      for index in 0..<max(0, count) { deliver(datagrams[index], from: room) }
      guard count == TM_DATAGRAM_BATCH else { return }
      left -= count
    }
  }

  private func deliver(_ datagram: tm_datagram, from room: UnsafeMutableRawBufferPointer) {
    guard datagram.truncated == 0 else {
      oversized += 1
      return
    }
    let bytes = room[datagram.offset..<(datagram.offset + datagram.length)]
    handler?(
      UnsafeRawBufferPointer(rebasing: bytes), SocketAddress(datagram.sender),
      datagram.arrival_ns)
  }
}
