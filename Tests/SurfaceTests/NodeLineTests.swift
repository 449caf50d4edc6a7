// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Surface

@Suite struct NodeLineTests {
  @Test func longestPartOfAPayloadIsRead() throws {
    var writer = JSONWriter()
    writer.object { line in
      line.field("endpoint", 3)
      line.field("verb", "send")
      line.field("node", "a")
      line.field("body", ByteText.base64url([UInt8](repeating: 0x7B, count: 12 << 10)))
      line.field("more", true)
    }
    #expect(writer.bytes.count <= NodeLine.longest)
    let line = try #require(NodeLine(writer.bytes))
    #expect(line.verb == .send && line.node == "a" && line.hasMore)
    #expect(line.body.utf8.count == 16_384)
  }
}
