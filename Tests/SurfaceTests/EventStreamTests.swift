// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Surface

@Suite struct EventStreamTests {
  private func events(of parts: [String]) -> [String]? {
    var stream = EventStream()
    var found: [String] = []
    for part in parts {
      let isShort = stream.take(Array(part.utf8)) {
        found.append(String(decoding: $0, as: UTF8.self))
      }
      guard isShort else { return nil }
    }
    return found
  }

  /// Examples of the standard: several data lines, comments, other fields, no blank after the colon.
  @Test func readsTheExamplesOfTheStandard() {
    #expect(events(of: ["data: YHOO\ndata: +2\ndata: 10\n\n"]) == ["YHOO\n+2\n10"])
    #expect(
      events(of: [
        ": test stream\n\ndata: first event\nid: 1\n\n", "data:second event\nid\n\ndata:  third",
      ]) == ["first event", "second event"])
    #expect(events(of: ["data\n\ndata\ndata\n\ndata:"]) == ["", "\n"])
    #expect(events(of: ["data:test\n\ndata: test\n\n"]) == ["test", "test"])
  }

  /// However the bytes are cut, and however lines end.
  @Test(arguments: ["\n", "\r\n", "\r"])
  func isIndifferentToCuts(_ end: String) {
    let text = "\u{FEFF}data: {\"a\":1}\(end)\(end)event: x\(end)data: zwei ü\(end)\(end)"
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      var stream = EventStream()
      var found: [String] = []
      for part in [bytes[..<cut], bytes[cut...]] {
        _ = stream.take(Array(part)) { found.append(String(decoding: $0, as: UTF8.self)) }
      }
      #expect(found == ["{\"a\":1}", "zwei ü"], "cut at \(cut)")
    }
  }

  @Test func refusesAnEventThatIsTooLong() {
    let long = String(repeating: "x", count: EventStream.maximumData)
    #expect(events(of: ["data: \(long)\n\n"])?.count == 1)
    #expect(events(of: ["data: \(long)y\n\n"]) == nil)
    #expect(events(of: ["data: \(long)\ndata: y\n\n"]) == nil)
    #expect(events(of: [String(repeating: "x", count: 20_000)]) == nil)
  }
}
