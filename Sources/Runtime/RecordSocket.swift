// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// One end of a pair of joined sockets between a process and its child; records arrive whole.
package final class RecordSocket {
  /// What came of a call to `receive`.
  package enum Received: Equatable, Sendable {
    /// A record of so many bytes; a longer one than the buffer fills it.
    case record(Int)
    case nothing
    /// The other end is gone.
    case end
  }

  package private(set) var descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close() }

  /// Two ends, of which one is meant for a child.
  package static func pair() throws(SystemError) -> (RecordSocket, RecordSocket) {
    var ends: (Int32, Int32) = (-1, -1)
    let result = withUnsafeMutableBytes(of: &ends) {
      tm_record_sockets($0.bindMemory(to: Int32.self).baseAddress)
    }
    guard result == 0 else { throw SystemError.last("make", "a pair of sockets") }
    return (RecordSocket(ends.0), RecordSocket(ends.1))
  }

  /// The end this process was started with; nil where it was started without.
  package static func inherited() -> RecordSocket? {
    let descriptor = Int32(TM_JOINED)
    var information = tm_file_info()
    guard tm_file_info_of(descriptor, &information) == 0, tm_socket_error(descriptor) == 0 else {
      return nil
    }
    return RecordSocket(descriptor)
  }

  /// Takes the next record, without waiting.
  package func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Received {
    let length = read(descriptor, buffer.baseAddress, buffer.count)
    if length > 0 { return .record(length) }
    if length < 0, tm_errno() == EAGAIN || tm_errno() == EINTR { return .nothing }
    return .end
  }

  /// Sends one record; false when the other end is gone or has too many waiting.
  package func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    tm_send(descriptor, bytes.baseAddress, bytes.count) == bytes.count
  }

  package func close() {
    if descriptor >= 0 { CSystem.close(descriptor) }
    descriptor = -1
  }
}
