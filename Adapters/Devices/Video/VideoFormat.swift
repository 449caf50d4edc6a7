// SPDX-License-Identifier: Apache-2.0
internal import CVideo

/// The formats of frames that can be measured.
package enum PixelFormat: Equatable, Sendable, CaseIterable, CustomStringConvertible {
  /// One byte of luma a pixel.
  case grey
  /// Luma and chroma by turns, two bytes a pixel.
  case yuyv
  /// A JPEG picture a frame.
  case mjpeg

  /// The driver's name of the format.
  package var description: String {
    switch self {
    case .grey: "GREY"
    case .yuyv: "YUYV"
    case .mjpeg: "MJPEG"
    }
  }

  /// The format of that name.
  package init?(_ name: String) {
    guard let format = PixelFormat.allCases.first(where: { $0.description == name }) else {
      return nil
    }
    self = format
  }

  var fourcc: UInt32 {
    switch self {
    case .grey: cvideo_grey
    case .yuyv: cvideo_yuyv
    case .mjpeg: cvideo_mjpeg
    }
  }

  init?(fourcc: UInt32) {
    guard let format = PixelFormat.allCases.first(where: { $0.fourcc == fourcc }) else {
      return nil
    }
    self = format
  }
}

/// What a camera was opened with.
package struct VideoFormat: Equatable, Sendable, CustomStringConvertible {
  package let pixels: PixelFormat
  /// Pixels.
  package let width: Int
  package let height: Int
  /// Frames per second the driver agreed to; 0 where it tells none.
  package let rate: Double
  /// Bytes a row; 0 for MJPEG.
  let stride: Int

  package init(pixels: PixelFormat, width: Int, height: Int, rate: Double, stride: Int) {
    (self.pixels, self.width, self.height) = (pixels, width, height)
    (self.rate, self.stride) = (rate, stride)
  }

  package var description: String {
    let size = "\(pixels) \(width)x\(height)"
    guard rate > 0 else { return size }
    let tenths = Int((rate * 10).rounded())
    let shown = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    return "\(size), \(shown) frames/s"
  }
}
