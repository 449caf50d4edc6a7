// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// A number fetched over HTTP whenever the node asks.
final class PollEndpoint: Endpoint {
  /// Longest body, bytes.
  static let longest = 65_536

  private let line: NodeLine
  private var request: WebRequest?
  private let pointer: JSONPointer
  private var status = 0
  private var body: [UInt8] = []

  /// Nil for an address or pointer that is none.
  init?(_ line: NodeLine, _ desk: Desk) {
    guard let address = WebAddress(http: line.url), let pointer = JSONPointer(line.pointer) else {
      return nil
    }
    (self.line, self.pointer) = (line, pointer)
    var request = WebRequest(address)
    request.timeoutMilliseconds = line.milliseconds
    self.request = request
    super.init(line.endpoint, desk)
  }

  override func ask() {
    guard connection == nil, var request else { return }
    do throws(Desk.Refusal) { request.key = try desk.secret(line.secretFile) } catch {
      return fail(error.reason)
    }
    (status, body) = (0, [])
    guard let connection = desk.client.fetch(request) else {
      return fail("too many connections at once")
    }
    self.connection = connection
  }

  override func take(_ event: WebEvent) {
    switch event.kind {
    case .answered: status = event.status
    case .bytes:
      body.append(contentsOf: event.bytes)
      if body.count > Self.longest { fail("the answer is longer than \(Self.longest) bytes") }
    case .done:
      connection = nil
      finish()
    case .failed:
      connection = nil
      fail(event.name)
    default: break
    }
  }

  private func finish() {
    guard (200...299).contains(status) else { return fail("the server answers \(status)") }
    do throws(InputValue.Complaint) {
      desk.node.value(number, .number(try InputValue.number(in: body, at: pointer)))
    } catch { fail(error.text) }
    body = []
  }
}
