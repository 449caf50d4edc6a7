// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import PhaseSpace

extension Speaker {
  package static var type: OutputType {
    OutputType(
      "speaker", "a tone through ALSA: pitch by the global phasor, volume by coherence",
      keys: [
        .required("device", .text, "ALSA's name of the PCM, by card id: hw:CARD=Headphones"),
        .optional(
          "rate", .integer(8000...48000), default: "48000", "frames a second, or the nearest"),
        .optional(
          "format", .choice(["S16_LE", "S32_LE", "FLOAT_LE"]), "the only format to accept"),
        .optional("channels", .integer(1...32), default: "1", "channels, all of which play it"),
        .optional(
          "mapping", .choice(["seed", "angle"]), default: "angle",
          "angle: an octave per half turn; seed: 440 Hz + 440 Hz x Re"),
        .optional("level", .number(0...1, unit: ""), default: "0.5", "volume at full coherence"),
        .optional("volume", .text, "of the card's mixer: -6 dB, or 80 % of its range"),
        .optional("mixer", .text, "the mixer's element, where not its first: PCM"),
      ]
    ) { values throws(AdapterProblem) in Speaker(try SpeakerSettings(values)) }
  }
}

extension SpeakerSettings {
  /// What checked values say; throws what two of them together are wrong about.
  package init(_ values: AdapterValues) throws(AdapterProblem) {
    self.init(id: values.id, device: values.text("device"))
    rate = values.integer("rate")
    format = values.optionalText("format").flatMap { SampleFormat($0) }
    playbackChannels = values.integer("channels")
    mapping = values.text("mapping") == "seed" ? .seed : .angle
    level = values.number("level")
    volume = try MixerVolume(values, key: "volume")
  }
}
