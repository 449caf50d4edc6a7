// SPDX-License-Identifier: Apache-2.0

/// Where a lamp's flicker shows in frames taken too slowly to see it.
///
/// Lamps flicker at twice the mains' frequency, 100 or 120 Hz. Frames at F a second show it at
/// |100 − kF| with the whole k that makes this least: 30 frames a second show 100 Hz at 10 Hz, 25
/// show it at 0, which no phase can be told from.
package struct FlickerAlias: Equatable, Sendable {
  /// Below this many hertz flicker is taken for a change of the light itself.
  package static let lowest = 0.5
  /// The highest share of the frame rate at which a phase can be told.
  package static let highestShare = 0.45

  /// What flickers, in hertz.
  package let source: Double
  /// Where it shows, in hertz, 0…F/2.
  package let frequency: Double
  /// Whether the phase seen runs backwards.
  package let isMirrored: Bool
  /// Whether frames show it at a frequency that has a phase.
  package let isVisible: Bool

  /// - Parameters:
  ///   - source: Hertz of the flicker: 100 or 120.
  ///   - frameRate: Frames per second, above 0.
  package init(source: Double, frameRate: Double) {
    precondition(frameRate > 0, "frames at a rate above 0")
    self.source = source
    let offset = source - (source / frameRate).rounded() * frameRate
    frequency = offset.magnitude
    isMirrored = offset < 0
    isVisible = frequency >= Self.lowest && frequency <= Self.highestShare * frameRate
  }

  /// The flicker of `mains` hertz, 50 or 60.
  package init(mains: Double, frameRate: Double) {
    self.init(source: 2 * mains, frameRate: frameRate)
  }
}
