// SPDX-License-Identifier: Apache-2.0

/// Asks a peer for a memory block by its key.
package struct CMBFetch: Equatable, Sendable {
  package var requestID: String
  package var key: String
  package var from: String
  /// Milliseconds of the Unix epoch.
  package var timestamp: Int64

  package init(requestID: String, key: String, from: String, timestamp: Int64) {
    (self.requestID, self.key, self.from, self.timestamp) = (requestID, key, from, timestamp)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("reqId", requestID)
    frame.field("key", key)
    frame.field("from", from)
    frame.field("timestamp", timestamp)
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    requestID = try frame.text("reqId", of: "cmb-fetch")
    key = try frame.text("key", of: "cmb-fetch")
    from = frame.string("from") ?? ""
    timestamp = frame.timestamp("timestamp")
  }
}

/// Answers a `CMBFetch`: the block, or that there is none.
package struct CMBFetchResult: Equatable, Sendable {
  package var requestID: String
  package var key: String
  package var cmb: CMB?
  package var timestamp: Int64

  package init(requestID: String, key: String, cmb: CMB?, timestamp: Int64) {
    (self.requestID, self.key, self.cmb, self.timestamp) = (requestID, key, cmb, timestamp)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("reqId", requestID)
    frame.field("key", key)
    frame.field("found", cmb != nil)
    if let cmb { frame.object("cmb") { cmb.write(.sectioned, &$0) } } else { frame.null("cmb") }
    frame.field("timestamp", timestamp)
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    requestID = try frame.text("reqId", of: "cmb-fetch-result")
    key = try frame.text("key", of: "cmb-fetch-result")
    timestamp = frame.timestamp("timestamp")
    let object = frame.bool("found") == true ? frame.object("cmb") : nil
    if let object { cmb = try CMB(reading: object) } else { cmb = nil }
  }
}
