// SPDX-License-Identifier: Apache-2.0
package import Devices

extension Camera {
  package static var type: InputType {
    InputType(
      "camera", "frames through Video4Linux, as the phase of a rhythm of their light or motion",
      keys: [
        .required(
          "device", .text, "/dev/video0, /dev/v4l/by-id/… or the name of the card"),
        .optional(
          "format", .choice(["any", "GREY", "YUYV", "MJPEG"]), default: "any", "of frames"),
        .optional(
          "size", .numbers(16...4096, unit: "", count: 2...2), default: "320, 240",
          "[width, height] in pixels, or the nearest"),
        .optional(
          "rate", .number(1...240, unit: "Hz"), default: "30", "frames a second, or the nearest"),
        .optional(
          "zone", .numbers(0...100, unit: "%", count: 4...4),
          "[left, top, width, height] of the part to measure, in percent of the frame"),
        .optional(
          "zones", .texts(count: 1...8),
          "several parts, each a channel: \"NAME LEFT TOP WIDTH HEIGHT\" in percent"),
        .optional(
          "encode", .choice(["brightness", "motion", "flicker"]), default: "brightness",
          "the rhythm of light, of motion, or the flicker of lamps"),
        .optional(
          "band", .numbers(0.01...108, unit: "Hz", count: 2...2),
          "[from, to] of the rhythm, in place of frequency and width"),
        .optional("frequency", .number(0.02...108, unit: "Hz"), "centre of the rhythm; 1 Hz"),
        .optional("width", .number(0.01...108, unit: "Hz"), "its -3 dB width; half the frequency"),
        .optional("poles", .integer(1...2), default: "2", "of its low-pass"),
        .optional(
          "mains", .choice(["50", "60"]), default: "50", "hertz of the mains, for flicker"),
        .optional(
          "exposure", .integer(1...1_000_000), "held exposure time, in units of 100 us"),
        .optional("gain", .integer(0...65_535), "held gain, in the camera's own units"),
        .optional("indicator", .text, "an LED or GPIO line that is on while the camera is open"),
      ]
    ) { values throws(AdapterProblem) in Camera(try CameraSettings(values)) }
  }
}

extension CameraSettings {
  /// What checked values say; throws what two of them together are wrong about.
  package init(_ values: AdapterValues) throws(AdapterProblem) {
    let size = values.numbers("size")
    let rate = values.number("rate")
    let request = VideoRequest(
      device: values.text("device"), pixels: PixelFormat(values.text("format")),
      width: Int(size[0]), height: Int(size[1]), rate: rate, zones: try VideoZone.zones(values))
    self.init(id: values.id, channel: "", request: request)
    self.request.exposure = values.optionalInteger("exposure")
    self.request.gain = values.optionalInteger("gain")
    self.request.indicator = values.optionalText("indicator")
    poles = values.integer("poles")
    let word = values.text("encode")
    encoding = word == "brightness" ? .brightness : word == "motion" ? .motion : .flicker
    try readBand(values)
    let derived = "\(word)-\(Int((frequency * 1000).rounded()))mHz"
    channel = values.optionalText("channel") ?? derived
    guard sampled(rate: rate) != nil else { throw AdapterProblem("rate", obstacle(rate: rate)) }
  }

  private mutating func readBand(_ values: AdapterValues) throws(AdapterProblem) {
    guard encoding == .flicker else {
      let centre = values.optionalNumber("frequency") ?? 1
      let band = try BandValues(
        values, lowest: 0.02, highest: request.rate * 0.45, standard: (1, centre / 2))
      (frequency, width) = (band.frequency, band.width)
      return
    }
    for key in ["band", "frequency"] where values.isGiven(key) {
      throw AdapterProblem(key, "is given; lamps flicker at twice the mains, set mains instead")
    }
    frequency = values.text("mains") == "60" ? 120 : 100
    width = values.optionalNumber("width") ?? 1
  }
}

extension VideoZone {
  /// The parts of the frame that `zone` or `zones` name; the whole where neither does.
  static func zones(_ values: AdapterValues) throws(AdapterProblem) -> [VideoZone] {
    let edges = values.numbers("zone")
    let texts = values.texts("zones")
    guard edges.isEmpty || texts.isEmpty else {
      throw AdapterProblem("zones", "is given; expected either zone or zones")
    }
    guard !texts.isEmpty else {
      return [edges.isEmpty ? .whole : try VideoZone("", "zone", edges)]
    }
    var zones: [VideoZone] = []
    for text in texts {
      let zone = try VideoZone(text)
      guard !zones.contains(where: { $0.name == zone.name }) else {
        throw AdapterProblem("zones", "has two called \"\(zone.name)\"; expected different names")
      }
      zones.append(zone)
    }
    return zones
  }

  private init(_ text: String) throws(AdapterProblem) {
    let words = text.split(separator: " ").map { String($0) }
    let edges = words.dropFirst().compactMap { NumberText.split($0).0 }
    guard words.count == 5, edges.count == 4 else {
      throw AdapterProblem(
        "zones", "has \"\(text)\"; expected \"NAME LEFT TOP WIDTH HEIGHT\" in percent")
    }
    self = try VideoZone(words[0], "zones", edges)
  }

  /// The part at left, top, width and height in percent.
  private init(_ name: String, _ key: String, _ edges: [Double]) throws(AdapterProblem) {
    let (left, top, width, height) = (edges[0], edges[1], edges[2], edges[3])
    guard left >= 0, top >= 0, width > 0, height > 0, left + width <= 100, top + height <= 100
    else { throw AdapterProblem(key, "has a part that lies outside the frame of 100 by 100 %") }
    let scale = { (percent: Double) in Int((percent * 10).rounded()) }
    self.init(
      name, left: scale(left), top: scale(top), right: scale(left + width),
      bottom: scale(top + height))
  }
}
