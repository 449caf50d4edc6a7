// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Surface

@Suite struct TokenChunkTests {
  @Test func readsLogprobs() {
    let text = """
      {"object":"chat.completion.chunk","choices":[{"delta":{"content":"Hi there"},"logprobs":
      {"content":[{"token":"Hi","logprob":-0.1},{"token":" there","logprob":-2.5}]}}]}
      """
    #expect(TokenChunk(Array(text.utf8)) == .tokens([-0.1, -2.5]))
  }

  @Test func knowsBeginningAndEnd() {
    #expect(TokenChunk(Array("[DONE]".utf8)) == .done)
    let first = "{\"choices\":[{\"delta\":{\"role\":\"assistant\"},\"logprobs\":null}]}"
    #expect(TokenChunk(Array(first.utf8)) == .tokens([]))
    #expect(TokenChunk(Array("{\"choices\":[],\"usage\":{}}".utf8)) == .tokens([]))
  }

  @Test(arguments: [
    "{\"choices\":[{\"delta\":{\"content\":\"x\"},\"logprobs\":null}]}", "nonsense",
    "{\"error\":{\"message\":\"no such model\"}}",
  ])
  func saysWhatIsWrong(_ text: String) {
    guard case .failed = TokenChunk(Array(text.utf8)) else {
      Issue.record("expected a failure")
      return
    }
  }
}
