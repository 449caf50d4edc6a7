// SPDX-License-Identifier: Apache-2.0

/// A memory block on its way to peers.
package struct CMBFrame: Equatable, Sendable {
  package var cmb: CMB
  /// Milliseconds of the Unix epoch.
  package var timestamp: Int64
  /// nodeId of the one it is meant for.
  package var to: String?
  /// Whether that one is to see it even where it would not be admitted.
  package var isDirected = false
  /// One of the sender's recent blocks, told again after a connection.
  package var isAnchor = false
  /// How it is written; set by the connection, which knows what its peer reads.
  package var form = CMB.Form.sectioned

  package init(_ cmb: CMB, timestamp: Int64, to: String? = nil, isDirected: Bool = false) {
    (self.cmb, self.timestamp) = (cmb, timestamp)
    (self.to, self.isDirected) = (to, isDirected)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("timestamp", timestamp)
    frame.object("cmb") { cmb.write(form, &$0) }
    if let to { frame.field("to", to) }
    if isDirected { frame.field("directed", true) }
    if isAnchor { frame.field("_anchor", true) }
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    guard let object = frame.object("cmb") else {
      throw .field("cmb", of: "cmb", expected: "an object")
    }
    cmb = try CMB(reading: object)
    timestamp = frame.timestamp("timestamp")
    to = frame.string("to")
    isDirected = frame.bool("directed") ?? false
    isAnchor = frame.bool("_anchor") ?? false
    form = object["categories"] == nil ? .flat : .sectioned
  }
}
