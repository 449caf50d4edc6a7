// SPDX-License-Identifier: Apache-2.0
internal import CWeb

/// Something that happened on a connection.
struct WebEvent {
  enum Kind {
    /// A complete request; `status` is its method.
    case request
    case opened
    case message
    case closed
    case answered
    case bytes
    case done
    case failed
    case subscribed
  }

  let kind: Kind
  let connection: UInt32
  let status: Int
  let isAuthorised: Bool
  /// Path, topic or reason.
  let name: String
  let bytes: [UInt8]

  var isPost: Bool { status == Int(TM_WEB_POST.rawValue) }
}

extension WebEvent {
  init?(_ event: tm_web_event) {
    switch tm_web_kind(UInt32(event.kind)) {
    case TM_WEB_REQUEST: kind = .request
    case TM_WEB_OPENED: kind = .opened
    case TM_WEB_MESSAGE: kind = .message
    case TM_WEB_CLOSED: kind = .closed
    case TM_WEB_ANSWERED: kind = .answered
    case TM_WEB_BYTES: kind = .bytes
    case TM_WEB_DONE: kind = .done
    case TM_WEB_FAILED: kind = .failed
    case TM_WEB_SUBSCRIBED: kind = .subscribed
    default: return nil
    }
    connection = event.connection
    status = Int(event.status)
    isAuthorised = event.is_authorised != 0
    name = event.name.map { String(cString: $0) } ?? ""
    bytes = Array(UnsafeBufferPointer(start: event.bytes, count: event.length))
  }
}
