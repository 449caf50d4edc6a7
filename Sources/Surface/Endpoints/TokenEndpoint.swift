// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// The tokens of a language model: asks for a completion, and after a pause for the next.
final class TokenEndpoint: Endpoint {
  /// A model that says nothing for so long is given up, milliseconds.
  static let silenceMilliseconds = 60_000

  private let line: NodeLine
  private let address: WebAddress
  private var stream = EventStream()
  private var position: Int64 = 0
  private var isComplete = false
  private var problem: String?
  private var pause: Timer?

  /// Nil for an address that is none.
  init?(_ line: NodeLine, _ desk: Desk) {
    guard let address = WebAddress(http: line.url) else { return nil }
    (self.line, self.address) = (line, address)
    super.init(line.endpoint, desk)
  }

  override func open() { begin() }

  override func close() {
    if let pause { desk.reactor.remove(pause) }
    pause = nil
    super.close()
  }

  private var question: [UInt8] {
    var writer = JSONWriter()
    writer.object { body in
      body.field("model", line.model)
      body.array("messages") { messages in
        messages.object { message in
          message.field("role", "user")
          message.field("content", line.prompt)
        }
      }
      body.field("stream", true)
      body.field("logprobs", true)
    }
    return writer.bytes
  }

  private func begin() {
    pause = nil
    stream = EventStream()
    (isComplete, problem) = (false, nil)
    var request = WebRequest(address)
    request.body = question
    request.accept = "text/event-stream"
    request.silenceMilliseconds = Self.silenceMilliseconds
    do throws(Desk.Refusal) { request.key = try desk.secret(line.secretFile) } catch {
      return fail(error.reason)
    }
    guard let connection = desk.client.fetch(request) else {
      return fail("too many connections at once")
    }
    self.connection = connection
  }

  override func take(_ event: WebEvent) {
    switch event.kind {
    case .answered:
      guard event.status == 200 else { return fail("the server answers \(event.status)") }
      desk.node.ready(number, "a stream of \(line.model)")
    case .bytes: read(event.bytes)
    case .done:
      connection = nil
      rest()
    case .failed:
      connection = nil
      // Servers may close as soon as they have said that they are done.
      isComplete ? rest() : fail(event.name)
    default: break
    }
  }

  private func read(_ bytes: [UInt8]) {
    let isShort = stream.take(bytes) { take(chunk: TokenChunk($0)) }
    if !isShort { problem = "an event longer than \(EventStream.maximumData) bytes" }
    if let problem { fail(problem) }
  }

  private func take(chunk: TokenChunk) {
    switch chunk {
    case .tokens(let logprobs):
      // Tokens of one event come at one time: the last of them says where the stream is.
      guard let last = logprobs.last else { return }
      position += Int64(logprobs.count)
      desk.node.token(number, position: position - 1, logprob: last)
    case .done: isComplete = true
    case .failed(let reason): problem = problem ?? reason
    }
  }

  private func rest() {
    guard pause == nil else { return }
    pause = desk.reactor.after(Int64(line.milliseconds) * 1_000_000) { self.begin() }
  }
}
