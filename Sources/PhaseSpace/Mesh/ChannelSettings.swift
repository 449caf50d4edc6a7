// SPDX-License-Identifier: Apache-2.0

/// How one channel is read: the same on every node.
package struct ChannelSettings: Equatable, Sendable {
  /// What must agree for emergence.
  package enum Alignment: UInt8, Equatable, Sendable {
    /// Phases may differ by any constant (sensors): L gates.
    case free
    /// Phases must be equal (metronomes, actuators): R gates.
    case absolute
  }

  /// What a phasor means.
  package enum Mode: UInt8, Equatable, Sendable {
    /// A unit phasor with a quality.
    case locking
    /// The seed's form: complex(amplitude, 0); emergent when the mean coherence exceeds 0.75.
    case seed
  }

  /// The channel's frequency in hertz.
  package var frequency: Double
  package var alignment: Alignment
  package var mode: Mode
  /// The least quality that counts.
  package var leastQuality: Double

  package init(
    frequency: Double, alignment: Alignment = .free, mode: Mode = .locking,
    leastQuality: Double = 0.05
  ) {
    self.frequency = frequency
    self.alignment = alignment
    self.mode = mode
    self.leastQuality = leastQuality
  }
}
