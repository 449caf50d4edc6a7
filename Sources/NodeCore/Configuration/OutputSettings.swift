// SPDX-License-Identifier: Apache-2.0
package import Outputs
internal import PhaseSpace

/// One entry of `outputs`: a device, and the channel whose mesh state it acts on.
package struct OutputSettings {
  package let speaker: SpeakerSettings
  /// Nil for the node's first channel.
  package let channel: String?

  package var id: String { speaker.id }

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    _ = try reader.requiredChoice("type", of: OutputType.allCases.map { $0.rawValue })
    var speaker = SpeakerSettings(
      id: try reader.name("id"), device: try reader.requiredText("device"))
    channel = try reader.optionalName("channel")
    speaker.rate = try reader.integer("rate", in: 8000...48000) ?? 48000
    speaker.format = try reader.sampleFormat("format")
    speaker.playbackChannels = try reader.integer("channels", in: 1...32) ?? 1
    let word = try reader.choice("mapping", of: ["seed", "angle"]) ?? "angle"
    speaker.mapping = word == "seed" ? .seed : .angle
    speaker.level = try reader.number("level", in: 0...1, unit: "") ?? 0.5
    self.speaker = speaker
    try reader.finish()
  }
}
