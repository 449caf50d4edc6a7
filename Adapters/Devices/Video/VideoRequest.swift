// SPDX-License-Identifier: Apache-2.0

/// A part of a frame.
package struct VideoZone: Equatable, Sendable {
  /// What it is called; empty for the only one.
  package let name: String
  /// Edges in thousandths of the frame's width and height, from the top left.
  package let left: Int
  package let top: Int
  package let right: Int
  package let bottom: Int

  package static let most = 8
  package static let whole = VideoZone("", left: 0, top: 0, right: 1000, bottom: 1000)

  package init(_ name: String, left: Int, top: Int, right: Int, bottom: Int) {
    self.name = name
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }
}

/// What a program asks of a camera.
package struct VideoRequest: Equatable, Sendable {
  /// A path such as /dev/video0 or /dev/v4l/by-id/…, or the name of the card.
  package var device: String
  /// The only format to accept, or nil for the first that the camera has.
  package var pixels: PixelFormat?
  /// Pixels; the nearest size the camera has is taken.
  package var width: Int
  package var height: Int
  /// Frames per second; the nearest rate the camera has is taken.
  package var rate: Double
  /// What to measure, 1 to `VideoZone.most`.
  package var zones: [VideoZone]
  /// Values of the camera's own controls; nil for those it has come to by itself.
  package var exposure: Int?
  package var gain: Int?
  /// An LED or GPIO line that is on while the camera is open.
  package var indicator: String?

  package init(
    device: String, pixels: PixelFormat? = nil, width: Int = 320, height: Int = 240,
    rate: Double = 30, zones: [VideoZone] = [.whole]
  ) {
    (self.device, self.pixels) = (device, pixels)
    (self.width, self.height, self.rate) = (width, height, rate)
    self.zones = zones
  }
}
