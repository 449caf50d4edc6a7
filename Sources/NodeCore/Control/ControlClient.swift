// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import MMP

/// Asks a running node over its Unix socket; used by the command line, never by a node.
///
/// One request and one answer, each a line of JSON: `{"id":1,"verb":"status"}` is answered by
/// `{"id":1,"result":…}` or `{"id":1,"error":"…"}`.
package enum ControlClient {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
  }

  /// Longest answer read, bytes.
  static let maximumAnswer = 4 << 20
  static let timeoutSeconds: Int32 = 5

  /// Sends a request to the node behind `socket` and gives back its whole answer line.
  package static func ask(_ request: ControlRequest, socket path: String) throws(Failure)
    -> [UInt8]
  {
    let descriptor = try connect(path)
    defer { close(descriptor) }
    var line = JSONWriter()
    line.object { request.write(&$0) }
    try send(line.bytes + [10], to: descriptor, path)
    return try answer(from: descriptor, path)
  }

  private static func connect(_ path: String) throws(Failure) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard bytes.count <= capacity else {
      throw Failure(description: "\(path): longer than a socket's path may be (\(capacity) bytes)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw Failure(description: "\(path): no socket to be had") }
    _ = tm_socket_timeout(descriptor, timeoutSeconds)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        CSystem.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else {
      let reason = String(cString: strerror(tm_errno()))
      close(descriptor)
      throw Failure(
        description: "no node answers at \(path) (\(reason)); is `taumesh run` running, "
          + "with the same --state?")
    }
    return descriptor
  }

  private static func send(_ bytes: [UInt8], to descriptor: Int32, _ path: String)
    throws(Failure)
  {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        CSystem.send(
          descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count < 0 && tm_errno() == EINTR { continue }
      guard count > 0 else { throw Failure(description: "\(path): the node does not read") }
      sent += count
    }
  }

  private static func answer(from descriptor: Int32, _ path: String) throws(Failure) -> [UInt8] {
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while answer.count < maximumAnswer {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && tm_errno() == EINTR { continue }
      guard count > 0 else {
        let reason = count == 0 ? "closed the connection" : "did not answer in time"
        throw Failure(description: "\(path): the node \(reason)")
      }
      answer.append(contentsOf: chunk[..<count])
      if answer.last == 10 { return answer.dropLast() }
    }
    throw Failure(description: "\(path): an answer longer than \(maximumAnswer) bytes")
  }
}
