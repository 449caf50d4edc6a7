// SPDX-License-Identifier: Apache-2.0

/// The outputs there are, by the `type` of the configuration.
package enum OutputType: String, CaseIterable, Sendable {
  case speaker

  /// The keys an entry of this type takes beside `id`, `type` and `channel`.
  package var keys: [String] {
    switch self {
    case .speaker: ["device", "rate", "format", "channels", "mapping", "level"]
    }
  }

  /// What it is, for listings.
  package var summary: String {
    switch self {
    case .speaker: "a tone through ALSA: pitch by the global phasor, volume by coherence"
    }
  }
}
