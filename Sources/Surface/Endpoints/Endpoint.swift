// SPDX-License-Identifier: Apache-2.0

/// One way in or out that the node has opened.
///
/// A class, since a table of them needs one type.
class Endpoint {
  let number: UInt32
  let desk: Desk
  /// The connection of ours that it has now.
  var connection: UInt32?

  init(_ number: UInt32, _ desk: Desk) { (self.number, self.desk) = (number, desk) }

  /// Begins.
  func open() {}
  /// Something happened on its connection.
  func take(_ event: WebEvent) {}
  /// The node wants a value.
  func ask() {}
  /// The node wants a body sent.
  func send(_ line: NodeLine) {}
  /// The node has no more use of it.
  func close() { endConnection() }

  final func endConnection() {
    if let connection { desk.client.end(connection) }
    connection = nil
  }

  /// Tells the node, once what goes on here has ended.
  final func fail(_ reason: String) {
    endConnection()
    desk.node.failed(number, reason)
  }
}
