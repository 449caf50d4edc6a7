// SPDX-License-Identifier: Apache-2.0
internal import CWeb
internal import Runtime

/// HTTP, WebSocket and MQTT in the reactor: events come to one handler.
final class Web {
  /// What is allowed: connections served and made at a time, and what WebSockets may cost.
  struct Limits {
    var server = Web.serverLimit
    var client = Web.clientLimit
    /// Longest message of a WebSocket of ours, and of one that a relay trusts, bytes.
    var message = (1 << 20) + 1024
    /// Most bytes that wait for one WebSocket to read them, and that are held for all of them.
    var backlog = 256 << 10
    var memory = 16 << 20
    /// Whether WebSockets are let in whatever token they show.
    var isRelay = false
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Connections served and made at a time.
  static let serverLimit = 32
  static let clientLimit = 24
  /// How long a broker may take to confirm a subscription.
  static let subscriptionMilliseconds: Int32 = 10_000

  private let reactor: Reactor
  let handle: OpaquePointer
  private var watch: Watch?

  /// Serves at `address` if there is one.
  init(
    reactor: Reactor, address: String?, port: UInt16, token: String, certificates: String?,
    limits: Limits = Limits(), _ handler: @escaping (WebEvent) -> Void
  ) throws(Failure) {
    self.reactor = reactor
    var reason = [CChar](repeating: 0, count: 128)
    let opened = Web.withOptional(address) { address in
      Web.withOptional(certificates) { certificates in
        token.withCString { token in
          var config = tm_web_config(
            address: address, port: port, token: token, ca_file: certificates,
            server_limit: Int32(limits.server), client_limit: Int32(limits.client),
            is_relay: limits.isRelay ? 1 : 0, message_limit: limits.message,
            backlog_limit: limits.backlog, memory_limit: limits.memory)
          return tm_web_open(&config, &reason, reason.count)
        }
      }
    }
    guard let opened else {
      let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: Int8(truncatingIfNeeded: $0)) }
      throw Failure(
        description: "cannot listen on \(address ?? "nothing") port \(port): "
          + String(decoding: bytes, as: UTF8.self))
    }
    handle = opened
    do throws(SystemError) {
      watch = try reactor.watch(tm_web_descriptor(handle), for: .readable) { _ in
        self.process(handler)
      }
    } catch { throw Failure(description: "\(error)") }
  }

  deinit { tm_web_close(handle) }

  /// The port that is served.
  var port: UInt16 { tm_web_port(handle) }
  var counters: tm_web_counters { tm_web_count(handle) }

  private func process(_ handler: (WebEvent) -> Void) {
    tm_web_process(handle)
    var event = tm_web_event()
    while tm_web_next(handle, &event) == 1 {
      if let event = WebEvent(event) { handler(event) }
    }
  }

  /// Answers a request, or sends a message through a WebSocket.
  func answer(_ connection: UInt32, _ status: Int, _ json: [UInt8], keeps: Bool) {
    json.withUnsafeBytes { bytes in
      tm_web_answer(
        handle, connection, Int32(status), bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        bytes.count, keeps ? 1 : 0)
    }
  }

  /// Makes a request; nil when no more connections can be made.
  func fetch(_ request: WebRequest) -> UInt32? {
    let key = request.key.map { "Bearer " + $0 }
    let type = request.body == nil ? nil : request.contentType
    let more = request.more.isEmpty ? nil : request.more
    let connection = request.address.host.withCString { host in
      request.address.path.withCString { path in
        request.accept.withCString { accept in
          Web.withOptional(key) { key in
            Web.withOptional(type) { type in
              Web.withOptional(more) { more in
                (request.body ?? []).withUnsafeBufferPointer { body in
                  var wanted = tm_web_request(
                    host: host, port: request.address.port, is_tls: request.address.isTLS ? 1 : 0,
                    is_http2: request.isHTTP2 ? 1 : 0, path: path,
                    is_post: request.body == nil ? 0 : 1, authorization: key, content_type: type,
                    accept: accept, more: more, body: body.baseAddress, length: body.count,
                    timeout_ms: Int32(clamping: request.timeoutMilliseconds),
                    silence_ms: Int32(clamping: request.silenceMilliseconds))
                  return tm_web_fetch(handle, &wanted)
                }
              }
            }
          }
        }
      }
    }
    return connection == 0 ? nil : connection
  }

  /// Subscribes at a broker; nil when no more connections can be made.
  func subscribe(_ subscription: WebSubscription) -> UInt32? {
    let address = subscription.address
    let connection = address.host.withCString { host in
      subscription.client.withCString { client in
        subscription.topic.withCString { topic in
          Web.withOptional(subscription.user) { user in
            Web.withOptional(subscription.password) { password in
              var wanted = tm_web_subscription(
                host: host, port: address.port, is_tls: address.isTLS ? 1 : 0, client: client,
                topic: topic, user: user, password: password,
                timeout_ms: Web.subscriptionMilliseconds)
              return tm_web_subscribe(handle, &wanted)
            }
          }
        }
      }
    }
    return connection == 0 ? nil : connection
  }

  /// Ends a connection; no event follows.
  func end(_ connection: UInt32, status: Int = 1000) {
    tm_web_end(handle, connection, Int32(status))
  }

  static func withOptional<Result>(
    _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
  ) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
  }
}
