// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Surface

@Suite struct InputValueTests {
  @Test(arguments: [("21.5", 21.5), (" -3 ", -3), ("1e3", 1000), ("{\"value\": 7}", 7)])
  func takesNumbers(_ body: String, _ number: Double) throws {
    #expect(try InputValue.number(in: Array(body.utf8)) == .number(number))
  }

  @Test(arguments: [
    "", "warm", "NaN", "Infinity", "1e999", "1,2", "[1]", "{}", "{\"value\":\"7\"}", "{\"value\":1",
    "null", "true", "1 2", "0x10",
  ])
  func refusesWhatIsNoNumber(_ body: String) {
    #expect(throws: InputValue.Complaint.self) { try InputValue.number(in: Array(body.utf8)) }
  }

  @Test func takesTheSeedsMessage() throws {
    let body =
      "{\"node_id\":\"a\",\"phase\":{\"real\":0.6,\"imag\":-0.8},\"coherence\":0.5,\"timestamp\":1}"
    #expect(
      try InputValue.phasor(in: Array(body.utf8)) == .phasor(re: 0.6, im: -0.8, coherence: 0.5))
  }

  @Test(arguments: [
    "{\"phase\":{\"real\":1}}", "{\"phase\":{\"real\":3,\"imag\":4}}", "{\"phase\":[1,0]}",
    "{\"phase\":{\"real\":1,\"imag\":0},\"coherence\":1.5}", "1",
  ])
  func refusesWhatIsNoPhase(_ body: String) {
    #expect(throws: InputValue.Complaint.self) { try InputValue.phasor(in: Array(body.utf8)) }
  }

  @Test func findsNumbersInDocuments() throws {
    let body = Array("{\"main\":{\"temp\":3.5,\"text\":\"4.25\",\"on\":true,\"no\":\"x\"}}".utf8)
    for (text, number) in [("/main/temp", 3.5), ("/main/text", 4.25), ("/main/on", 1)] {
      let pointer = try #require(JSONPointer(text))
      #expect(try InputValue.number(in: body, at: pointer) == number)
    }
    for text in ["/main/no", "/main", "/else"] {
      let pointer = try #require(JSONPointer(text))
      #expect(throws: InputValue.Complaint.self) { try InputValue.number(in: body, at: pointer) }
    }
  }
}
