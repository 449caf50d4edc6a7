// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Push notifications through Apple's or Google's service, one after the other, each tried a few
/// times; the node is told of every one what became of it.
///
/// At most `capacity` wait; the oldest gives way to a new one.
class PushEndpoint: Endpoint {
  static let capacity = 8
  static let attempts = 4
  static let firstPause: Int64 = 1_000_000_000
  /// Longest that a service may have us wait, seconds.
  static let longestPause = 60
  static let timeoutMilliseconds = 10_000

  let line: NodeLine
  private var waiting: [PushOrder] = []
  private var attempt = 0
  private var hasRenewed = false
  private var status = 0
  private var retryAfter: Int?
  private var body: [UInt8] = []
  private var pause: Timer?

  init(_ line: NodeLine, _ desk: Desk) {
    self.line = line
    super.init(line.endpoint, desk)
  }

  /// Seconds of the Unix epoch.
  final var seconds: Int64 { MonotonicClock.wallTime / 1_000_000_000 }

  // What the services differ in.

  /// The next request that is needed to send `order`.
  func request(for order: PushOrder) throws(Desk.Refusal) -> WebRequest {
    throw Desk.Refusal(reason: "no service")
  }
  /// What the answer to that request means; nil where it only prepared the next.
  func answer(_ status: Int, _ body: [UInt8], retryAfter: Int?) -> PushAnswer? { nil }
  /// Forgets what the service no longer accepts; false when nothing else can be had yet.
  func renew() -> Bool { false }

  override func close() {
    if let pause { desk.reactor.remove(pause) }
    pause = nil
    waiting = []
    super.close()
  }

  override func send(_ line: NodeLine) {
    guard let order = PushOrder(Array(line.body.utf8)) else { return }
    // The first may be on its way: it is not the one that gives way.
    if waiting.count == Self.capacity {
      desk.node.pushed(number, waiting.remove(at: 1), "failed", "too many at once")
    }
    waiting.append(order)
    if connection == nil, pause == nil { next() }
  }

  private func next() {
    pause = nil
    guard let order = waiting.first else { return }
    (status, retryAfter, body) = (0, nil, [])
    do throws(Desk.Refusal) {
      var request = try request(for: order)
      request.timeoutMilliseconds = Self.timeoutMilliseconds
      connection = desk.client.fetch(request)
    } catch { return finish(order, "failed", error.reason) }
    if connection == nil { retry("too many connections at once", nil) }
  }

  override func take(_ event: WebEvent) {
    switch event.kind {
    case .answered: (status, retryAfter) = (event.status, Int(event.name))
    case .bytes:
      body += event.bytes.prefix(max(0, PushAnswer.longest - body.count))
    case .done:
      connection = nil
      answered()
    case .failed:
      connection = nil
      retry(event.name, nil)
    default: break
    }
  }

  private func answered() {
    guard let order = waiting.first else { return }
    switch answer(status, body, retryAfter: retryAfter) {
    case nil: next()
    case .sent: finish(order, "sent", "")
    case .gone(let reason): finish(order, "gone", reason)
    case .refused(let reason): finish(order, "failed", reason)
    case .retry(let reason, let seconds): retry(reason, seconds)
    case .renew(let reason):
      guard !hasRenewed, renew() else { return finish(order, "failed", reason) }
      hasRenewed = true
      next()
    }
  }

  private func finish(_ order: PushOrder, _ outcome: String, _ reason: String) {
    (attempt, hasRenewed) = (0, false)
    waiting.removeFirst()
    desk.node.pushed(number, order, outcome, reason)
    next()
  }

  private func retry(_ reason: String, _ wanted: Int?) {
    guard let order = waiting.first else { return }
    attempt += 1
    guard attempt < Self.attempts, wanted ?? 0 <= Self.longestPause else {
      return finish(order, "failed", reason)
    }
    let length = max(Self.firstPause << Int64(attempt - 1), Int64(wanted ?? 0) * 1_000_000_000)
    pause = desk.reactor.after(length) { self.next() }
  }

  /// The whole of a file that only this user may read.
  final func secretFile() throws(Desk.Refusal) -> [UInt8] {
    guard let path = line.secretFile else { throw Desk.Refusal(reason: "no key file") }
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(path, limit: ServiceAccount.longest, isSecret: true)
    } catch { throw Desk.Refusal(reason: "\(error)") }
    guard let bytes else { throw Desk.Refusal(reason: "\(path): no such file") }
    return bytes
  }
}
