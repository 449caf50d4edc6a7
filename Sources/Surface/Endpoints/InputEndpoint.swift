// SPDX-License-Identifier: Apache-2.0

/// Values that others send to /input/NAME.
final class InputEndpoint: Endpoint {
  let name: String
  /// Messages of a WebSocket rather than posted bodies.
  let isSocket: Bool
  private let phases: Bool

  init(_ line: NodeLine, isSocket: Bool, _ desk: Desk) {
    (name, phases, self.isSocket) = (line.name, line.phases, isSocket)
    super.init(line.endpoint, desk)
  }

  /// Hands a body on to the node.
  ///
  /// - Returns: False when the node does not keep up and it was dropped.
  func take(body: [UInt8]) throws(InputValue.Complaint) -> Bool {
    let value = phases ? try InputValue.phasor(in: body) : try InputValue.number(in: body)
    return desk.node.value(number, value)
  }
}
