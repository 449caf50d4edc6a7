// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// The TCP listener and the UDP socket of a node, on one port.
struct MeshSockets {
  /// What happens with what they bring; set once the owner exists.
  final class Handlers {
    var accept: (ByteStream) -> Void = { $0.close() }
    var datagram: UDPSocket.Handler = { _, _, _ in }
  }

  let listener: TCPListener
  let udp: UDPSocket
  let address: SocketAddress
  let handlers = Handlers()

  /// Listens where the configuration says; on every address, IPv6 too where the machine has it.
  init(reactor: Reactor, _ mesh: MeshSettings) throws(MeshService.Failure) {
    let handlers = handlers
    do throws(SystemError) {
      do throws(SystemError) {
        listener = try TCPListener(
          reactor: reactor, at: mesh.address ?? .any(port: mesh.port)
        ) { handlers.accept($0) }
      } catch {
        // A machine without IPv6 has no such address.
        guard mesh.address == nil, error.name == "EAFNOSUPPORT" else { throw error }
        listener = try TCPListener(reactor: reactor, at: .anyIPv4(port: mesh.port)) {
          handlers.accept($0)
        }
      }
      address = listener.address
      udp = try UDPSocket(reactor: reactor, at: listener.address) {
        handlers.datagram($0, $1, $2)
      }
    } catch {
      throw MeshService.Failure(
        description: "\(error); set mesh.port to a free port, or to 0 for any")
    }
  }
}
