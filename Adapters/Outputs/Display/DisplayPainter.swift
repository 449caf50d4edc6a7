// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// Draws the mesh state into a frame buffer: a field of colour above four lines of text.
///
/// Only what changed is drawn: the field when its colour did, a character when it did.
struct DisplayPainter {
  private static let margin = 2
  /// The largest field, pixels: memory of a frame buffer is slow to write.
  private static let largestField = 320

  private let screen: FrameBuffer
  private let scale: Int
  private let textX: Int
  private let textY: Int
  private let field: (x: Int, y: Int, width: Int, height: Int)
  private var shownColour: UInt32?
  private var shown: [UInt8]
  private let ink: UInt32
  private let paper: UInt32

  /// Clears the screen.
  init(_ screen: FrameBuffer) {
    self.screen = screen
    let columns = StatePage.columns * Glyphs.width
    scale = max(1, min(8, screen.width / (columns + 2 * DisplayPainter.margin)))
    let textHeight = StatePage.rows * Glyphs.height * scale
    textX = DisplayPainter.margin * scale
    textY = max(0, screen.height - textHeight - DisplayPainter.margin * scale)
    let side = DisplayPainter.margin * scale
    field = (
      side, side, min(DisplayPainter.largestField, screen.width - 2 * side),
      max(0, min(DisplayPainter.largestField, textY - 2 * side))
    )
    shown = [UInt8](
      repeating: UInt8(ascii: " "), count: StatePage.columns * StatePage.rows)
    (ink, paper) = (screen.pixel(255, 255, 255), screen.pixel(0, 0, 0))
    screen.fill(x: 0, y: 0, width: screen.width, height: screen.height, paper)
  }

  /// Draws a page and a colour; returns how many characters and fields were drawn.
  mutating func draw(_ page: StatePage, _ colour: (red: UInt8, green: UInt8, blue: UInt8)) -> Int {
    var drawn = 0
    let pixel = screen.pixel(colour.red & 0xF8, colour.green & 0xF8, colour.blue & 0xF8)
    if pixel != shownColour {
      screen.fill(x: field.x, y: field.y, width: field.width, height: field.height, pixel)
      shownColour = pixel
      drawn += 1
    }
    for place in shown.indices where page.characters[place] != shown[place] {
      draw(page.characters[place], at: place)
      shown[place] = page.characters[place]
      drawn += 1
    }
    return drawn
  }

  private func draw(_ character: UInt8, at place: Int) {
    let (row, column) = place.quotientAndRemainder(dividingBy: StatePage.columns)
    let left = textX + column * Glyphs.width * scale
    let top = textY + row * Glyphs.height * scale
    screen.fill(
      x: left, y: top, width: Glyphs.width * scale, height: Glyphs.height * scale, paper)
    for x in 0..<Glyphs.width {
      let bits = Glyphs.column(x, of: character)
      for y in 0..<Glyphs.height where bits & (1 << UInt8(y)) != 0 {
        screen.fill(x: left + x * scale, y: top + y * scale, width: scale, height: scale, ink)
      }
    }
  }
}
