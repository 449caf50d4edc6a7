// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import CVideo

/// A Linux frame buffer in memory, drawn into as rectangles and glyphs.
package final class FrameBuffer {
  package let path: String
  package let width: Int
  package let height: Int
  private let descriptor: Int32
  private var screen: cvideo_screen

  /// Opens and maps the frame buffer at `path`, such as /dev/fb0.
  package init(_ path: String) throws(AdapterProblem) {
    var screen = cvideo_screen()
    let descriptor = cvideo_screen_open(path, &screen)
    guard descriptor >= 0 else {
      let code = tm_errno()
      let reason =
        code == ENOTSUP
        ? "its pixels are not of 16 or 32 bits" : String(cString: tm_error_text(code))
      throw AdapterProblem("device", "cannot open frame buffer \(path): \(reason)")
    }
    (self.path, self.descriptor, self.screen) = (path, descriptor, screen)
    (width, height) = (Int(screen.width), Int(screen.height))
  }

  deinit { cvideo_screen_close(descriptor, &screen) }

  package var description: String {
    var name = screen.name
    return "\(path), \(Cameras.text(&name)), \(width)x\(height), \(screen.bits) bits"
  }

  /// A colour of 0…255 each as this screen's pixel.
  package func pixel(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt32 {
    func part(_ value: UInt8, _ bits: UInt32, _ shift: UInt32) -> UInt32 {
      (UInt32(value) >> (8 - bits)) << shift
    }
    return part(red, screen.red_bits, screen.red_shift)
      | part(green, screen.green_bits, screen.green_shift)
      | part(blue, screen.blue_bits, screen.blue_shift)
  }

  /// Fills a rectangle; what lies outside the screen is left out.
  package func fill(x: Int, y: Int, width: Int, height: Int, _ pixel: UInt32) {
    let (left, right) = (max(0, x), min(self.width, x + width))
    let (top, bottom) = (max(0, y), min(self.height, y + height))
    guard left < right else { return }
    for row in top..<max(top, bottom) {
      let line = screen.start + row * Int(screen.stride)
      if screen.bits == 16 {
        let pixels = UnsafeMutableRawPointer(line).assumingMemoryBound(to: UInt16.self)
        for place in left..<right { pixels[place] = UInt16(truncatingIfNeeded: pixel) }
      } else {
        let pixels = UnsafeMutableRawPointer(line).assumingMemoryBound(to: UInt32.self)
        for place in left..<right { pixels[place] = pixel }
      }
    }
  }
}
