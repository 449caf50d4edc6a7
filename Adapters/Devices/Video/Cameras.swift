// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import CVideo

/// One camera of this machine.
package struct CameraDescription: Equatable, Sendable {
  /// Such as /dev/video0.
  package let path: String
  /// What the driver calls it, such as "HD Pro Webcam C920".
  package let card: String
  /// The driver and where the camera is plugged in.
  package let driver: String
  package let bus: String
  /// The formats it has that can be measured.
  package let formats: [PixelFormat]
}

/// The cameras of this machine.
package enum Cameras {
  /// Video devices are looked for up to this number.
  private static let numbers = 0..<64

  /// Every device that gives frames, in the order of their numbers.
  package static var list: [CameraDescription] {
    numbers.compactMap { describe("/dev/video\($0)") }
  }

  /// A clause for messages: the cameras that can be opened.
  static var present: String {
    let names = list.map { "\"\($0.card)\" at \($0.path)" }
    return names.isEmpty
      ? "no camera is connected" : "there is \(names.joined(separator: ", "))"
  }

  /// The path of the camera a configuration calls `device`.
  ///
  /// A path stands for itself: those of /dev/v4l/by-id name the same camera wherever it is plugged in.
  /// Anything else is the name of a card, or its beginning; the first such camera is taken.
  package static func path(of device: String) throws(VideoError) -> String {
    if device.utf8.first == UInt8(ascii: "/") { return device }
    for number in numbers {
      let path = "/dev/video\(number)"
      guard let camera = describe(path) else { continue }
      if camera.card == device || camera.card.hasPrefix(device) { return path }
    }
    throw .absent(device: device, present: present)
  }

  private static func describe(_ path: String) -> CameraDescription? {
    let device = cvideo_open(path)
    guard device >= 0 else { return nil }
    defer { cvideo_close(device) }
    var identity = cvideo_identity()
    guard cvideo_identify(device, &identity) == 0, identity.captures != 0 else { return nil }
    return CameraDescription(
      path: path, card: text(&identity.card), driver: text(&identity.driver),
      bus: text(&identity.bus), formats: formats(device))
  }

  /// The formats of an open device that can be measured, in its own order.
  static func formats(_ device: Int32) -> [PixelFormat] {
    var formats: [PixelFormat] = []
    for index in 0..<UInt32(64) {
      let fourcc = cvideo_offered(device, index)
      guard fourcc != 0 else { break }
      if let format = PixelFormat(fourcc: fourcc) { formats.append(format) }
    }
    return formats
  }

  /// A text in a field of fixed length that ends with a zero.
  static func text<Field>(_ field: inout Field) -> String {
    withUnsafeBytes(of: &field) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
