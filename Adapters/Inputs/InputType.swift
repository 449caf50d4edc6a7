// SPDX-License-Identifier: Apache-2.0

/// The inputs there are, by the `type` of the configuration.
package enum InputType: String, CaseIterable, Sendable {
  case microphone

  /// The keys an entry of this type takes beside `id`, `type` and those of its channel.
  package var keys: [String] {
    switch self {
    case .microphone:
      [
        "device", "rate", "format", "channels", "capture-channel", "encode", "frequency", "width",
        "band", "poles", "track", "start-at",
      ]
    }
  }

  /// What it is, for listings.
  package var summary: String {
    switch self {
    case .microphone: "sound through ALSA, as the phase of one band or of a rhythm"
    }
  }
}
