// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A listening TCP socket in the reactor.
package final class TCPListener {
  /// The address listened on, with the port the kernel chose when 0 was asked for.
  package let address: SocketAddress
  private let acceptor: Acceptor

  /// Listens on `address` and hands over each connection, to be given handlers and started.
  package init(
    reactor: Reactor, at address: SocketAddress, queueLimit: Int = ByteStream.defaultQueueLimit,
    _ onAccept: @escaping (ByteStream) -> Void
  ) throws(SystemError) {
    var wanted = address.kernelForm
    let descriptor = tm_tcp_listen(&wanted, 64)
    guard descriptor >= 0 else { throw SystemError.last("listen on TCP", address.description) }
    var actual = tm_address()
    _ = tm_local_address(descriptor, &actual)
    self.address = SocketAddress(actual)
    acceptor = try Acceptor(reactor: reactor, listening: descriptor) { listener in
      var peer = tm_address()
      let connection = tm_accept(listener, &peer)
      guard connection >= 0 else { return false }
      let address = SocketAddress(peer)
      onAccept(
        ByteStream(
          reactor: reactor, adopting: connection, peerName: address.description,
          peerAddress: address, queueLimit: queueLimit))
      return true
    }
  }

  /// Stops listening; accepted connections live on.
  package func close() { acceptor.close() }
}
