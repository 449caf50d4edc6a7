// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A listening Unix stream socket in the reactor.
package final class UnixListener {
  /// Why a Unix socket cannot be listened on.
  package enum Failure: Error, Equatable, CustomStringConvertible {
    /// Another process answers at this path.
    case inUse(path: String)
    /// Something else than a socket lies at this path, or the kernel refuses.
    case system(SystemError)

    package var description: String {
      switch self {
      case .inUse(let path): "\(path) is in use: another process answers there"
      case .system(let error): error.description
      }
    }
  }

  package let path: String
  private let acceptor: Acceptor
  private let inode: UInt64

  /// Listens at `path`, created with `mode` and given to `group` where one is named; a socket left
  /// behind, where nobody answers, is removed.
  package init(
    reactor: Reactor, at path: String, mode: UInt32 = 0o660, group: UInt32? = nil,
    queueLimit: Int = ByteStream.defaultQueueLimit, _ onAccept: @escaping (ByteStream) -> Void
  ) throws(Failure) {
    let descriptor = try UnixListener.listen(at: path, mode: mode)
    if let group, tm_unix_give(path, group) != 0 {
      let error = SystemError.last("give to group \(group)", path)
      CSystem.close(descriptor)
      unlink(path)
      throw .system(error)
    }
    var info = tm_file_info()
    _ = tm_file_info_at(path, &info)
    (self.path, inode) = (path, info.inode)
    do throws(SystemError) {
      acceptor = try Acceptor(reactor: reactor, listening: descriptor) { listener in
        let connection = tm_accept(listener, nil)
        guard connection >= 0 else { return false }
        onAccept(
          ByteStream(
            reactor: reactor, adopting: connection, peerName: path, queueLimit: queueLimit))
        return true
      }
    } catch {
      throw .system(error)
    }
  }

  /// Stops listening and removes the socket, unless another one has taken its place.
  package func close() {
    acceptor.close()
    var info = tm_file_info()
    if tm_file_info_at(path, &info) == 0, info.inode == inode { unlink(path) }
  }

  private static func listen(at path: String, mode: UInt32) throws(Failure) -> Int32 {
    let first = tm_unix_listen(path, mode, 16)
    if first >= 0 { return first }
    guard tm_errno() == EADDRINUSE else { throw .system(.last("listen on", path)) }
    let other = tm_unix_connect(path)
    // A full backlog (EAGAIN) is an answer too: somebody holds the socket.
    if other >= 0 { CSystem.close(other) }
    guard other < 0, tm_errno() == ECONNREFUSED else { throw .inUse(path: path) }
    var info = tm_file_info()
    guard tm_file_info_at(path, &info) == 0, info.is_regular == 0, info.is_directory == 0 else {
      throw .system(SystemError("listen on", path, code: EEXIST))
    }
    unlink(path)
    let second = tm_unix_listen(path, mode, 16)
    guard second >= 0 else { throw .system(.last("listen on", path)) }
    return second
  }
}
