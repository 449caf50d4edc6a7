// SPDX-License-Identifier: Apache-2.0
import Outputs
import PhaseSpace
import Testing

@Suite struct StateDisplayTests {
  static func situation(_ channel: String = "hum", degrees: Double = 123) -> OutputSituation {
    var state = MeshState()
    (state.meanCoherence, state.lockingIndex, state.orderParameter) = (0.834, 0.879, 0.905)
    (state.memberCount, state.isEmergent) = (5, true)
    state.globalPhasor = Phasor(angle: degrees * .pi / 180)
    return OutputSituation(channel: channel, now: 1_000_000_000, state: state)
  }

  @Test func `A page says channel, state and numbers in four short lines`() {
    var page = StatePage()
    page.write(Self.situation())
    #expect(
      (0..<4).map { page.text($0) } == [
        "hum", "emergent", "C 0.83 L 0.88 R 0.91", "5 nodes phase 123\u{7F}",
      ])
    page.write(OutputSituation(channel: "hum", now: 0))
    #expect((0..<4).map { page.text($0) } == ["hum", "resting", "", ""])
  }

  @Test func `What is too long or no number is cut and shown as nothing, not beyond the page`() {
    var page = StatePage()
    var situation = Self.situation(String(repeating: "x", count: 64), degrees: -1)
    situation.state?.meanCoherence = .nan
    situation.state?.lockingIndex = .infinity
    situation.state?.memberCount = 1
    page.write(situation)
    #expect(page.text(0) == String(repeating: "x", count: 21))
    #expect(page.text(2) == "C 0.00 L 0.00 R 0.91")
    #expect(page.text(3) == "1 node phase 359\u{7F}")
    #expect(page.characters.count == 84)
  }

  @Test func `The hue goes once around the circle of phases, its brightness with coherence`() {
    #expect(Hue.colour(turns: 0, brightness: 1) == (255, 0, 0))
    #expect(Hue.colour(turns: 1.0 / 3, brightness: 1) == (0, 255, 0))
    #expect(Hue.colour(turns: 2.0 / 3, brightness: 0.5) == (0, 0, 128))
    #expect(Hue.colour(turns: 1, brightness: 1).red == 255)
    var state = MeshState()
    (state.meanCoherence, state.globalPhasor) = (1, Phasor(angle: -2 * .pi / 3))
    #expect(Hue.colour(state) == (0, 0, 255))
    #expect(Hue.colour(nil) == (0, 0, 0))
    state.meanCoherence = .nan
    #expect(Hue.colour(state) == (0, 0, 0))
  }

  @Test func `Every character that is shown has a glyph of its own`() {
    let shown = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:-+/%()<>=!?_".utf8) + [Glyphs.degree]
    let drawn = shown.map { character in (0..<5).map { Glyphs.column($0, of: character) } }
    #expect(Set(drawn).count == shown.count)
    #expect(!drawn.contains([0, 0, 0, 0, 0]))
    #expect(drawn.allSatisfy { $0.allSatisfy { $0 < 0x80 } })
    for character in UInt8.min...UInt8.max {
      #expect(Glyphs.column(5, of: character) == 0)
    }
    let small = Array("az".utf8).map { Glyphs.column(2, of: $0) }
    #expect(small == Array("AZ".utf8).map { Glyphs.column(2, of: $0) })
    #expect(Glyphs.column(0, of: 0x07) == Glyphs.column(0, of: UInt8(ascii: "?")))
  }
}
