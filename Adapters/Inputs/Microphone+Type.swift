// SPDX-License-Identifier: Apache-2.0
package import Devices

extension Microphone {
  package static var type: InputType {
    InputType(
      "microphone", "sound through ALSA, as the phase of one band or of a rhythm",
      keys: [
        .required("device", .text, "ALSA's name of the PCM, by card id: hw:CARD=Device"),
        .optional(
          "rate", .integer(8000...48000), default: "16000", "frames a second, or the nearest"),
        .optional(
          "format", .choice(["S16_LE", "S32_LE", "FLOAT_LE"]), "the only format to accept"),
        .optional("channels", .integer(1...32), default: "1", "channels to open the device with"),
        .optional(
          "capture-channel", .integer(0...31), default: "0", "which of them is heard, from 0"),
        .optional(
          "encode", .choice(["analytic", "envelope", "seed"]), default: "analytic",
          "analytic: the phase of one band; envelope: of a rhythm of its loudness"),
        .optional(
          "band", .numbers(0.01...4294, unit: "Hz", count: 2...2),
          "[from, to] of the band, in place of frequency and width"),
        .optional("frequency", .number(0.05...4294, unit: "Hz"), "centre of the band"),
        .optional("width", .number(0.01...4294, unit: "Hz"), "its -3 dB width"),
        .optional("poles", .integer(1...2), default: "2", "of its low-pass"),
        .optional("track", .flag, default: "false", "follow the line that is found in the band"),
        .optional("gain", .text, "capture gain of the card's mixer: 12 dB, or 80 % of its range"),
        .optional("mixer", .text, "the mixer's element, where not its first: Mic"),
        .optional(
          "indicator", .text, "an LED or GPIO line that is on while the microphone is open"),
        .optional("start-at", .text, "monotonic nanoseconds of frame 0, for a PCM without a clock"),
      ]
    ) { values throws(AdapterProblem) in Microphone(try MicrophoneSettings(values)) }
  }
}

extension MicrophoneSettings {
  /// What checked values say; throws what two of them together are wrong about.
  package init(_ values: AdapterValues) throws(AdapterProblem) {
    let word = values.text("encode")
    let encoding: Encoding =
      word == "analytic" ? .analytic : word == "envelope" ? .envelope : .seed
    let rate = values.integer("rate")
    // A pulse carries the frequency as 32 bits of µHz.
    let isSound = encoding == .analytic
    let band = try BandValues(
      values, lowest: isSound ? 1 : 0.05, highest: isSound ? min(Double(rate) * 0.45, 4294) : 20,
      standard: isSound ? (50, 4) : (2, 1))
    let derived = "\(word)-\(Int((band.frequency * 1000).rounded()))mHz"
    self.init(
      id: values.id, channel: values.optionalText("channel") ?? derived,
      device: values.text("device"))
    (self.encoding, self.rate) = (encoding, rate)
    (frequency, width) = (band.frequency, band.width)
    format = values.optionalText("format").flatMap { SampleFormat($0) }
    captureChannels = values.integer("channels")
    captureChannel = values.integer("capture-channel")
    guard captureChannel < captureChannels else {
      throw AdapterProblem(
        "capture-channel",
        "is \"\(captureChannel)\"; expected a whole number from 0 to \(captureChannels - 1)")
    }
    poles = values.integer("poles")
    tracks = values.flag("track")
    gain = try MixerVolume(values, key: "gain")
    indicator = values.optionalText("indicator")
    if let text = values.optionalText("start-at") {
      guard let time = Int64(text), time >= 0 else {
        throw AdapterProblem(
          "start-at", "is \"\(text)\"; expected nanoseconds of the monotonic clock")
      }
      startAt = time
    }
  }
}
