// SPDX-License-Identifier: Apache-2.0
package import Devices

/// One entry of `outputs`: a speaker and what it plays of the mesh state.
package struct OutputSettings {
  package enum Mapping: Equatable {
    /// 440 Hz + 440 Hz · Re Φ.
    case seed
    /// 440 Hz · 2^(angle of Φ / π).
    case angle
  }

  package let id: String
  /// Channel whose mesh state is played; nil for the node's first.
  package let channel: String?
  package let device: String
  package let rate: Int
  package let format: SampleFormat?
  package let playbackChannels: Int
  package let mapping: Mapping
  /// Volume at full coherence, 0 to 1.
  package let level: Double

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    id = try reader.requiredText("id")
    guard NodeSettings.isName(id) else { throw reader.complaint("id", "expected 1 to 64 bytes") }
    _ = try reader.choice("type", of: ["speaker"])
    channel = try reader.text("channel")
    device = try reader.requiredText("device")
    rate = try reader.integer("rate", in: 8000...48000) ?? 48000
    format = try reader.sampleFormat("format")
    playbackChannels = try reader.integer("channels", in: 1...32) ?? 1
    let word = try reader.choice("mapping", of: ["seed", "angle"]) ?? "angle"
    mapping = word == "seed" ? .seed : .angle
    level = try reader.number("level", in: 0...1, unit: "") ?? 0.5
    try reader.finish()
  }
}
