// SPDX-License-Identifier: Apache-2.0
package import Inputs

/// One entry of `inputs`: a device, and how its channel is judged.
package struct InputSettings {
  package let microphone: MicrophoneSettings
  /// Least decision time of the channel, seconds; 0 where the rule alone decides.
  package let decisionTau: Double
  /// Whether phases must be equal rather than constant for emergence.
  package let isAbsolute: Bool

  package var id: String { microphone.id }
  package var channel: String { microphone.channel }

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    _ = try reader.requiredChoice("type", of: InputType.allCases.map { $0.rawValue })
    microphone = try MicrophoneSettings(&reader)
    decisionTau = try reader.duration("decision-tau", in: 0.05...3600) ?? 0
    isAbsolute = try reader.choice("align", of: ["free", "absolute"]) == "absolute"
    try reader.finish()
  }
}

extension MicrophoneSettings {
  fileprivate init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    let id = try reader.name("id")
    let device = try reader.requiredText("device")
    let word = try reader.choice("encode", of: ["analytic", "envelope", "seed"]) ?? "analytic"
    let encoding: Encoding =
      word == "analytic" ? .analytic : word == "envelope" ? .envelope : .seed
    let rate = try reader.integer("rate", in: 8000...48000) ?? 16000
    let (frequency, width) = try reader.band(rate: rate, isSound: encoding == .analytic)
    let derived = "\(word)-\(Int((frequency * 1000).rounded()))mHz"
    self.init(id: id, channel: try reader.optionalName("channel") ?? derived, device: device)
    (self.encoding, self.rate, self.frequency, self.width) = (encoding, rate, frequency, width)
    format = try reader.sampleFormat("format")
    captureChannels = try reader.integer("channels", in: 1...32) ?? 1
    captureChannel = try reader.integer("capture-channel", in: 0...(captureChannels - 1)) ?? 0
    poles = try reader.integer("poles", in: 1...2) ?? 2
    tracks = try reader.flag("track") ?? false
    startAt = try reader.nanoseconds("start-at")
  }
}
