// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import CVideo

extension VideoCapture {
  /// Opens the device and agrees with it on format and rate; the descriptor is the caller's.
  static func agree(_ request: VideoRequest) throws(VideoError) -> (Int32, VideoFormat) {
    let path = try Cameras.path(of: request.device)
    let descriptor = cvideo_open(path)
    guard descriptor >= 0 else {
      let code = tm_errno()
      let isAbsent = code == ENOENT || code == ENODEV || code == ENXIO
      throw isAbsent
        ? .absent(device: request.device, present: Cameras.present)
        : .failed(device: request.device, operation: "open", code: code)
    }
    do throws(VideoError) {
      try identify(descriptor, request)
      return (descriptor, try format(descriptor, request))
    } catch {
      cvideo_close(descriptor)
      throw error
    }
  }

  private static func identify(_ descriptor: Int32, _ request: VideoRequest) throws(VideoError) {
    var identity = cvideo_identity()
    guard cvideo_identify(descriptor, &identity) == 0 else {
      throw .failed(device: request.device, operation: "ask what it is", code: tm_errno())
    }
    guard identity.captures != 0 else {
      throw .noCamera(device: request.device, card: Cameras.text(&identity.card))
    }
  }

  /// The wanted format, or of those that can be measured the first that the camera has in the wanted
  /// size; failing that the first at all.
  private static func format(
    _ descriptor: Int32, _ request: VideoRequest
  ) throws(VideoError) -> VideoFormat {
    let wanted = request.pixels.map { [$0] } ?? PixelFormat.allCases
    var chosen: cvideo_format?
    for pixels in wanted {
      var format = wish(pixels, request)
      guard cvideo_agree(descriptor, &format) == 0, format.fourcc == pixels.fourcc else { continue }
      let isExact = format.width == request.width && format.height == request.height
      if chosen == nil || isExact { chosen = format }
      if isExact { break }
    }
    // The last one asked for is set now, which need not be the one chosen.
    guard var format = chosen, cvideo_agree(descriptor, &format) == 0,
      let pixels = PixelFormat(fourcc: format.fourcc)
    else {
      let names = wanted.map { $0.description }.joined(separator: ", ")
      let offered = Cameras.formats(descriptor).map { $0.description }
      throw .unsupported(
        device: request.device, wanted: names,
        offered: offered.isEmpty ? "none that can be measured" : offered.joined(separator: ", "))
    }
    let rate = cvideo_set_rate(descriptor, request.rate)
    return VideoFormat(
      pixels: pixels, width: Int(format.width), height: Int(format.height), rate: rate,
      stride: pixels == .mjpeg ? 0 : stride(of: format))
  }

  private static func wish(_ pixels: PixelFormat, _ request: VideoRequest) -> cvideo_format {
    cvideo_format(
      fourcc: pixels.fourcc, width: UInt32(clamping: request.width),
      height: UInt32(clamping: request.height), stride: 0, size: 0)
  }

  /// Some drivers leave the row's length to the reader.
  private static func stride(of format: cvideo_format) -> Int {
    let row = Int(format.width) * (format.fourcc == cvideo_yuyv ? 2 : 1)
    return format.stride == 0 ? row : Int(format.stride)
  }
}
