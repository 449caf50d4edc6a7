// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Bodies posted to a URL, in order, each tried a few times.
///
/// At most `capacity` wait; the oldest gives way to a new one, and is counted.
final class HookEndpoint: Endpoint {
  static let capacity = 8
  static let attempts = 4
  static let firstPause: Int64 = 500_000_000

  private let line: NodeLine
  private let address: WebAddress
  private var waiting: [[UInt8]] = []
  private var attempt = 0
  private var dropped = 0
  private var status = 0
  private var pause: Timer?

  /// Nil for an address that is none.
  init?(_ line: NodeLine, _ desk: Desk) {
    guard let address = WebAddress(http: line.url) else { return nil }
    (self.line, self.address) = (line, address)
    super.init(line.endpoint, desk)
  }

  override func close() {
    if let pause { desk.reactor.remove(pause) }
    pause = nil
    waiting = []
    super.close()
  }

  override func send(_ line: NodeLine) {
    let body = Array(line.body.utf8)
    // The first may be on its way: it is not the one that gives way.
    let first = connection == nil ? 0 : 1
    if waiting.count == Self.capacity {
      waiting.remove(at: first)
      dropped += 1
      if first == 0 { attempt = 0 }
    }
    waiting.append(body)
    if connection == nil, pause == nil { post() }
  }

  private func post() {
    pause = nil
    guard let body = waiting.first else { return }
    var request = WebRequest(address)
    request.body = body
    request.timeoutMilliseconds = line.milliseconds
    status = 0
    do throws(Desk.Refusal) { request.key = try desk.secret(line.secretFile) } catch {
      return retry(error.reason)
    }
    connection = desk.client.fetch(request)
    if connection == nil { retry("too many connections at once") }
  }

  override func take(_ event: WebEvent) {
    switch event.kind {
    case .answered: status = event.status
    case .done:
      connection = nil
      finish()
    case .failed:
      connection = nil
      retry(event.name)
    default: break
    }
  }

  private func finish() {
    switch status {
    case 200...299:
      next()
      desk.node.sent(number, dropped: dropped)
      dropped = 0
    case 408, 429, 500...599: retry("the server answers \(status)")
    default:
      // It will not take this one however often it is sent.
      dropped += 1
      next()
      fail("the server answers \(status)")
    }
  }

  private func next() {
    waiting.removeFirst()
    attempt = 0
    post()
  }

  private func retry(_ reason: String) {
    attempt += 1
    if attempt >= Self.attempts {
      waiting.removeFirst()
      dropped += 1
      attempt = 0
    }
    desk.node.failed(number, reason)
    let length = Self.firstPause << Int64(min(attempt, Self.attempts))
    pause = desk.reactor.after(length) { self.post() }
  }
}
