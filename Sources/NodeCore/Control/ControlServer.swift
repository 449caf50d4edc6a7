// SPDX-License-Identifier: Apache-2.0
package import MMP
package import Runtime

/// Answers the command line over the node's Unix socket: one line of JSON in, one out.
///
/// Only root and the user the node runs as are answered. At most `maximumConnections` at a time,
/// each with a bounded line and a bounded answer. At the bound the one that has been silent for
/// longest gives way: whoever only holds connections cannot keep a person from asking.
package final class ControlServer {
  static let maximumConnections = 16
  static let maximumRequest = 4096

  /// What a request is answered: the member `result` is written, or nothing and a complaint returned.
  package typealias Answer = (_ request: ControlRequest, _ reply: inout JSONWriter) -> String?

  private final class Connection {
    let stream: ByteStream
    var line: [UInt8] = []
    init(_ stream: ByteStream) { self.stream = stream }
  }

  private var listener: UnixListener?
  private var connections: [Connection] = []
  private let answer: Answer
  private let log: Log

  package init(reactor: Reactor, path: String, log: Log, _ answer: @escaping Answer)
    throws(UnixListener.Failure)
  {
    (self.answer, self.log) = (answer, log)
    listener = try UnixListener(
      reactor: reactor, at: path, mode: 0o660, queueLimit: ControlClient.maximumAnswer
    ) { self.accept($0) }
  }

  package func close() {
    listener?.close()
    listener = nil
    for connection in connections { connection.stream.close() }
    connections = []
  }

  private func accept(_ stream: ByteStream) {
    let user = stream.peerCredentials?.user
    guard user == 0 || user == Environment.user else {
      log.warning("control", "refused a connection of user \(user.map { "\($0)" } ?? "unknown")")
      return stream.close()
    }
    if connections.count >= Self.maximumConnections, let silent = connections.first {
      close(silent, "the most silent of \(connections.count)")
    }
    let connection = Connection(stream)
    connections.append(connection)
    stream.onBytes = { self.received($0, connection) }
    stream.onClose = { _ in self.remove(connection) }
    stream.start()
  }

  private func remove(_ connection: Connection) {
    connections.removeAll { $0 === connection }
  }

  private func received(_ bytes: UnsafeRawBufferPointer, _ connection: Connection) {
    remove(connection)
    connections.append(connection)
    for byte in bytes {
      guard byte == 10 else {
        connection.line.append(byte)
        continue
      }
      // One answer may wait to be read; whoever asks on without reading costs no more than that.
      guard connection.stream.queuedBytes == 0,
        respond(to: connection.line, on: connection.stream)
      else {
        return close(connection, "who asks does not read the answers")
      }
      connection.line.removeAll(keepingCapacity: true)
    }
    guard connection.line.count > Self.maximumRequest else { return }
    close(connection, "a request longer than \(Self.maximumRequest) bytes")
  }

  private func close(_ connection: Connection, _ reason: String) {
    log.warning("control", "closed a connection: \(reason)")
    connection.stream.close()
    remove(connection)
  }

  /// False when the answer could not be queued.
  private func respond(to line: [UInt8], on stream: ByteStream) -> Bool {
    var id: Int64 = 0
    var request: ControlRequest?
    var complaint: String?
    do throws(JSONFailure) {
      try JSONDocument.read(line, limits: .beforeHandshake) { value in
        id = value.int("id") ?? 0
        request = ControlRequest(reading: value)
      }
    } catch { complaint = "\(error)" }
    var reply = JSONWriter()
    reply.object { object in
      object.field("id", id)
      if let request {
        complaint = answer(request, &object)
      } else if complaint == nil {
        complaint =
          "expected {\"id\":1,\"verb\":\"status\"}, and \"args\" with texts where a verb takes some"
      }
      if let complaint { object.field("error", complaint) }
    }
    return stream.send(reply.bytes + [10])
  }
}
