// SPDX-License-Identifier: Apache-2.0
import CVideo
import Foundation
import JPEGMaker

/// A picture for tests, grey from 0 to 255, in each of the formats a camera gives.
struct Picture {
  let width: Int
  let height: Int
  /// Grey values, row by row.
  var pixels: [UInt8]

  init(_ width: Int, _ height: Int, _ value: (_ x: Int, _ y: Int) -> UInt8) {
    (self.width, self.height) = (width, height)
    pixels = (0..<height).flatMap { y in (0..<width).map { x in value(x, y) } }
  }

  /// A smooth scene with a bright square: something for every zone and for the coder.
  static func scene(_ width: Int = 320, _ height: Int = 240, light: Double = 1) -> Picture {
    Picture(width, height) { x, y in
      let base = 60 + 40 * sin(Double(x) / 30) + 30 * cos(Double(y) / 17)
      let square = x > width / 2 && y > height / 2 ? 50.0 : 0
      return UInt8(max(0, min(255, (base + square) * light)))
    }
  }

  /// Mean of the grey values in a part given in thousandths, 0…1.
  func mean(_ zone: cvideo_zone = .whole) -> Double {
    var (sum, count) = (0.0, 0.0)
    for y in Int(zone.top) * height / 1000..<Int(zone.bottom) * height / 1000 {
      for x in Int(zone.left) * width / 1000..<Int(zone.right) * width / 1000 {
        sum += Double(pixels[y * width + x])
        count += 1
      }
    }
    return sum / count / 255
  }

  /// Rows of one byte a pixel, each row `stride` bytes long, the rest of it filled with noise.
  func grey(stride: Int) -> [UInt8] {
    (0..<height).flatMap { y in
      pixels[y * width..<(y + 1) * width] + [UInt8](repeating: 0xEE, count: stride - width)
    }
  }

  /// Luma and chroma by turns; the chroma is anything.
  func yuyv() -> [UInt8] { pixels.enumerated().flatMap { [$1, UInt8($0 & 0xFF)] } }

  /// The picture as a JPEG frame.
  func jpeg(
    quality: Int32 = 90, chroma: Int32 = 422, progressive: Bool = false, restartRows: Int32 = 0,
    withoutTables: Bool = false
  ) -> [UInt8] {
    let style = jpegmaker_style(
      quality: quality, chroma: chroma, is_progressive: progressive ? 1 : 0,
      restart_rows: restartRows, omits_tables: withoutTables ? 1 : 0)
    let rgb = pixels.flatMap { [$0, $0, $0] }
    var length = 0
    let bytes = jpegmaker_encode(rgb, Int32(width), Int32(height), style, &length)
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: length))
  }
}

extension cvideo_zone {
  static let whole = cvideo_zone(left: 0, top: 0, right: 1000, bottom: 1000)
}

/// A reducer as a test uses it.
final class Reducer {
  private let reducer: OpaquePointer
  private let count: Int

  init?(
    _ fourcc: UInt32, _ width: Int, _ height: Int, stride: Int = 0,
    zones: [cvideo_zone] = [.whole]
  ) {
    guard
      let made = cvideo_reducer_make(
        fourcc, UInt32(width), UInt32(height), UInt32(stride), zones, Int32(zones.count))
    else { return nil }
    (reducer, count) = (made, zones.count)
  }

  deinit { cvideo_reducer_free(reducer) }

  /// The measures of a frame, one for each zone; nil for a damaged one.
  func take(_ bytes: [UInt8]) -> [cvideo_measure]? {
    var measures = [cvideo_measure](repeating: cvideo_measure(), count: Int(CVIDEO_ZONES))
    guard cvideo_reduce(reducer, bytes, bytes.count, &measures) == CVIDEO_GOOD else { return nil }
    return Array(measures.prefix(count))
  }
}
