// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// One event of a streamed chat completion (OpenAI API, "chat.completion.chunk").
package enum TokenChunk: Equatable {
  /// The natural logarithms of the probabilities of its tokens, in order; empty for one that only
  /// opens or ends the message.
  case tokens([Double])
  /// The stream is complete.
  case done
  /// What the server says is wrong, or what is wrong with what it says.
  case failed(String)

  /// Tokens taken of one event at most.
  private static let maximumTokens = 64

  package init(_ data: [UInt8]) {
    if data == Array("[DONE]".utf8) {
      self = .done
      return
    }
    do throws(JSONFailure) {
      let limits = JSONLimits(textBytes: EventStream.maximumData, arenaBytes: 256 << 10)
      self = try JSONDocument.read(data, limits: limits) { Self.chunk(of: $0) }
    } catch { self = .failed("the server sends \(error)") }
  }

  private static func chunk(of root: JSONValue) -> TokenChunk {
    if let error = root.object("error") {
      return .failed("the server says: \(error.string("message") ?? "error")")
    }
    guard let choice = root.array("choices")?[0] else { return .tokens([]) }
    guard let content = choice.object("logprobs")?.array("content") else {
      let text = choice.object("delta")?.string("content") ?? ""
      return text.isEmpty ? .tokens([]) : .failed("the server sends tokens without logprobs")
    }
    var tokens: [Double] = []
    for index in 0..<min(content.count, maximumTokens) {
      tokens.append(content[index]?.double("logprob") ?? -.infinity)
    }
    return .tokens(tokens)
  }
}
