// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// The picture of a small display of 128 by 32 or 64 dots: pages of 128 columns of eight dots.
package struct OLEDPicture: Equatable, Sendable {
  package static let width = 128

  /// 4 or 8.
  package let pages: Int
  /// Page after page, each from the left; bit 0 is the top dot.
  package private(set) var columns: [UInt8]
  private var text = StatePage()

  package init(pages: Int) {
    self.pages = pages
    columns = [UInt8](repeating: 0, count: pages * OLEDPicture.width)
  }

  /// Draws the state of a channel: four lines of text and, where there is room, a bar as long as the
  /// coherence is high.
  ///
  /// Allocates nothing.
  package mutating func draw(_ situation: OutputSituation) {
    text.write(situation)
    for row in 0..<StatePage.rows {
      for column in 0..<StatePage.columns {
        let character = text.characters[row * StatePage.columns + column]
        for x in 0..<Glyphs.width {
          columns[row * OLEDPicture.width + 1 + column * Glyphs.width + x] =
            Glyphs.column(x, of: character)
        }
      }
    }
    guard pages > StatePage.rows else { return }
    drawBar(situation.state?.meanCoherence ?? 0)
  }

  /// A frame two pages high, filled from the left.
  private mutating func drawBar(_ share: Double) {
    let bounded = share.isFinite ? min(max(share, 0), 1) : 0
    let filled = Int((bounded * Double(OLEDPicture.width - 4)).rounded())
    for x in 0..<OLEDPicture.width {
      let isSide = x == 0 || x == OLEDPicture.width - 1
      let isFilled = x >= 2 && x < 2 + filled
      columns[5 * OLEDPicture.width + x] = isSide ? 0xFF : isFilled ? 0xFD : 0x01
      columns[6 * OLEDPicture.width + x] = isSide ? 0xFF : isFilled ? 0xBF : 0x80
    }
  }
}
