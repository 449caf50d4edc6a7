// SPDX-License-Identifier: Apache-2.0
internal import CWeb

extension Web {
  /// How long a WebSocket may take to open.
  static let socketMilliseconds: Int32 = 15_000

  /// Opens a WebSocket; nil when no more connections can be made.
  func join(_ address: WebAddress, bearer: String?) -> UInt32? {
    let authorization = bearer.map { "Bearer " + $0 }
    let connection = address.host.withCString { host in
      address.path.withCString { path in
        Web.withOptional(authorization) { authorization in
          var wanted = tm_web_socket(
            host: host, port: address.port, is_tls: address.isTLS ? 1 : 0, path: path,
            authorization: authorization, timeout_ms: Web.socketMilliseconds)
          return tm_web_join(handle, &wanted)
        }
      }
    }
    return connection == 0 ? nil : connection
  }

  /// Sends a text message through a WebSocket.
  ///
  /// - Returns: False when it reads so slowly that it should be ended.
  func say(_ connection: UInt32, _ message: [UInt8]) -> Bool {
    message.withUnsafeBufferPointer {
      tm_web_say(handle, connection, $0.baseAddress, $0.count) == 1
    }
  }

  /// Lets a WebSocket of a relay send long messages.
  func trust(_ connection: UInt32) { tm_web_trust(handle, connection) }
}
