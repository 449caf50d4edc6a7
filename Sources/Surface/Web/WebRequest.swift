// SPDX-License-Identifier: Apache-2.0

/// A request to make.
struct WebRequest {
  let address: WebAddress
  /// What is posted; nil for a GET.
  var body: [UInt8]?
  /// The key sent as `Authorization: Bearer`.
  var key: String?
  var accept = "application/json"
  /// Of the body.
  var contentType = "application/json"
  /// Spoken from the start, over TLS; else HTTP/1.
  var isHTTP2 = false
  /// Further headers, one a line: `name: value`.
  var more = ""
  /// For the whole exchange; 0 for none.
  var timeoutMilliseconds = 0
  /// Longest silence; 0 for any.
  var silenceMilliseconds = 0

  init(_ address: WebAddress) { self.address = address }
}

/// A subscription to make at an MQTT broker.
struct WebSubscription {
  let address: WebAddress
  let client: String
  let topic: String
  var user: String?
  var password: String?
}
