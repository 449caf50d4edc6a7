// SPDX-License-Identifier: Apache-2.0

/// What a node finds wrong with what it was sent (MMP 0.2.3 §7.2).
package struct ErrorFrame: Equatable, Sendable {
  /// The codes the protocol gives out; others are read and passed on.
  package enum Code: Int64, Sendable {
    case versionMismatch = 1001
    case dimensionMismatch = 1002
    case frameTooLarge = 1003
    case handshakeTimeout = 1004
    case duplicateNode = 1005
    case rejected = 2001
  }

  package var code: Int64
  package var message: String
  package var detail: String?

  package init(_ code: Code, _ message: String, detail: String? = nil) {
    (self.code, self.message, self.detail) = (code.rawValue, message, detail)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("code", code)
    frame.field("message", message)
    if let detail { frame.field("detail", detail) }
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    guard let code = frame.int("code") else {
      throw .field("code", of: "error", expected: "a number")
    }
    self.code = code
    message = frame.string("message") ?? ""
    detail = frame.string("detail")
  }
}
