// SPDX-License-Identifier: Apache-2.0
import Outputs
import PhaseSpace
import Testing

@Suite struct OLEDTests {
  private func column(_ picture: OLEDPicture, page: Int, _ x: Int) -> UInt8 {
    picture.columns[page * OLEDPicture.width + x]
  }

  @Test func `Four lines of text stand in the first four pages`() {
    for pages in [4, 8] {
      var picture = OLEDPicture(pages: pages)
      picture.draw(StateDisplayTests.situation())
      // "hum" and "emergent" begin one dot from the left.
      for (page, character) in [(0, "h"), (1, "e"), (2, "C"), (3, "5")] {
        let byte = Array(character.utf8)[0]
        #expect(
          (0..<5).map { column(picture, page: page, 1 + $0) }
            == (0..<5).map { Glyphs.column($0, of: byte) })
      }
      #expect(column(picture, page: 0, 0) == 0 && column(picture, page: 0, 127) == 0)
    }
  }

  @Test func `The bar is as long as the coherence is high, and stays within its frame`() {
    func filled(_ coherence: Double) -> Int {
      var situation = StateDisplayTests.situation()
      situation.state?.meanCoherence = coherence
      var picture = OLEDPicture(pages: 8)
      picture.draw(situation)
      #expect(column(picture, page: 5, 0) == 0xFF && column(picture, page: 6, 127) == 0xFF)
      return (0..<OLEDPicture.width).count { column(picture, page: 5, $0) == 0xFD }
    }
    #expect(filled(0) == 0 && filled(0.5) == 62 && filled(1) == 124)
    #expect(filled(7) == 124 && filled(-1) == 0 && filled(.nan) == 0)
  }

  @Test func `A page that is drawn again changes nothing`() {
    var picture = OLEDPicture(pages: 8)
    picture.draw(StateDisplayTests.situation())
    let before = picture
    picture.draw(StateDisplayTests.situation())
    #expect(picture == before)
    picture.draw(OutputSituation(channel: "hum", now: 0))
    #expect(picture.columns[0..<128] == before.columns[0..<128])
    #expect(picture.columns[128..<512] != before.columns[128..<512])
  }
}
