// SPDX-License-Identifier: Apache-2.0
package import Devices


/// One entry of `inputs`: a microphone and what is heard through it.
package struct InputSettings {
  package enum Encoding: Equatable {
    /// The phase of one band of the sound itself.
    case analytic
    /// The phase of a rhythm of its loudness.
    case envelope
    /// Loudness as magnitude with phase 0, as the first description of the mesh has it.
    case seed
  }

  package let id: String
  /// Name of the channel: nodes compare what has the same name.
  package let channel: String
  package let device: String
  package let rate: Int
  /// The only format to take; nil for any.
  package let format: SampleFormat?
  /// Channels the device is opened with, and which of them is heard.
  package let captureChannels: Int
  package let captureChannel: Int
  package let encoding: Encoding
  /// Centre and −3 dB width of the band, Hz.
  package let frequency: Double
  package let width: Double
  package let poles: Int
  package let tracks: Bool
  /// Least decision time of the channel, seconds; nil where the rule alone decides.
  package let decisionTau: Double?
  /// The mesh state's gates for this channel.
  package let isAbsolute: Bool
  /// CLOCK_MONOTONIC of frame 0 for a device without a clock of its own, ns; nil for now.
  package let startAt: Int64?

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    id = try reader.requiredText("id")
    guard NodeSettings.isName(id) else { throw reader.complaint("id", "expected 1 to 64 bytes") }
    _ = try reader.choice("type", of: ["microphone"])
    device = try reader.requiredText("device")
    rate = try reader.integer("rate", in: 8000...48000) ?? 16000
    format = try reader.sampleFormat("format")
    captureChannels = try reader.integer("channels", in: 1...32) ?? 1
    captureChannel = try reader.integer("capture-channel", in: 0...(captureChannels - 1)) ?? 0
    let word = try reader.choice("encode", of: ["analytic", "envelope", "seed"]) ?? "analytic"
    encoding = word == "analytic" ? .analytic : word == "envelope" ? .envelope : .seed
    (frequency, width) = try Self.band(&reader, rate: rate, encoding)
    poles = try reader.integer("poles", in: 1...2) ?? 2
    tracks = try reader.flag("track") ?? false
    decisionTau = try reader.duration("decision-tau", in: 0.05...3600)
    let align = try reader.choice("align", of: ["free", "absolute"]) ?? "free"
    isAbsolute = align == "absolute"
    startAt = try reader.nanoseconds("start-at")
    let centre = Int((frequency * 1000).rounded())
    channel = try reader.text("channel") ?? "\(word)-\(centre)mHz"
    guard NodeSettings.isName(channel) else {
      throw reader.complaint("channel", "expected 1 to 64 bytes without control characters")
    }
    try reader.finish()
  }

  /// Centre and width, from `frequency` and `width` or from `band: [from, to]`.
  private static func band(_ reader: inout SectionReader, rate: Int, _ encoding: Encoding)
    throws(ConfigurationFailure) -> (Double, Double)
  {
    let isSound = encoding == .analytic
    let highest = isSound ? Double(rate) * 0.45 : 20
    let lowest = isSound ? 1 : 0.05
    let frequency = try reader.number("frequency", in: lowest...highest, unit: "Hz")
    let width = try reader.number("width", in: 0.01...highest, unit: "Hz")
    if let edges = try reader.band("band", in: 0.01...highest) {
      guard frequency == nil, width == nil else {
        throw reader.complaint("band", "expected either band, or frequency and width")
      }
      return ((edges.0 + edges.1) / 2, edges.1 - edges.0)
    }
    let centre = frequency ?? (isSound ? 50 : 2)
    let chosen = width ?? (isSound ? 4 : 1)
    guard chosen < 2 * centre else {
      throw reader.complaint("width", "is \(chosen); expected less than twice the frequency")
    }
    return (centre, chosen)
  }
}
