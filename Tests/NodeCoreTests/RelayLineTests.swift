// SPDX-License-Identifier: Apache-2.0
import Devices
import MMP
import Testing

@testable import NodeCore

/// The lines that carry payloads of a relay between node and surface.
@Suite struct RelayLineTests {
  @Test func longestPartIsRead() {
    let part = [UInt8](repeating: 0x7B, count: SurfaceLine.partBytes)
    for more in [true, false] {
      var writer = JSONWriter()
      writer.object { line in
        line.field("endpoint", 3)
        line.field("relay", "payload")
        line.field("node", "00000000-0000-4000-8000-0000000000ad")
        line.field("body", ByteText.base64url(part))
        line.field("more", more)
      }
      #expect(writer.bytes.count <= SurfaceLine.longest)
      #expect(SurfaceLine.hasMore(writer.bytes) == more)
      guard case (3, .relay(.payload(let from, let bytes)))? = SurfaceLine.report(writer.bytes)
      else {
        Issue.record("a line that is none")
        continue
      }
      #expect(from == "00000000-0000-4000-8000-0000000000ad")
      #expect((bytes == part) == true)
    }
  }

  @Test func longPayloadGoesInParts() {
    let frame = [UInt8](repeating: 0x41, count: 2 * SurfaceLine.partBytes + 1)
    let lines = SurfaceLine.send(frame, to: "a", 7).split(separator: 10)
    #expect(lines.count == 3)
    #expect(lines.map { SurfaceLine.hasMore(Array($0)) } == [true, true, false])
    #expect(lines.allSatisfy { $0.count <= SurfaceLine.longest })
  }
}
