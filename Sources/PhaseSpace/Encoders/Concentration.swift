// SPDX-License-Identifier: Apache-2.0

/// How far the power near a frequency is one line: the honest quality of a band's phase.
///
/// quality = ⟨|z|²⟩ / (⟨|z₄|²⟩ + floor) · min(1, 16·|z|²/⟨|z|²⟩), at most 1, where z is the band, z₄ the
/// same signal through a neighbourhood four times as wide, and ⟨⟩ a mean over 4/width seconds.
/// A line gives 1. White noise gives about 1/4, the ratio of the widths: a phase, though one that
/// wanders, so that an unrelated member reads as unlocked rather than as absent. A signal outside
/// the neighbourhood counts in neither (its filter has four poles). Digital silence gives 0 by the
/// floor, which is one step of 16-bit sound spread evenly over the spectrum. The last factor is for
/// moments when the band fades below its own mean (the phase of almost nothing), above all right
/// after the sound stops, when both means fall at the same pace and their ratio would last.
/// A band nearer to 0 Hz than its neighbourhood is wide (rhythms) sees a line's mirror image as a
/// neighbour: there a clean line reads about 0.8.
struct Concentration: Sendable {
  static let neighbourhood = 4.0
  private let alpha: Double
  private let floor: Double
  private var wide: LowPass
  private var bandPower = 0.0
  private var widePower = 0.0
  private var current = 0.0

  init(width: Double, rate: Double, sampleRate: Double) {
    alpha = Integrator.alpha(dt: 1 / rate, tau: 4 / width)
    wide = LowPass(halfWidth: Self.neighbourhood * width / 2, poles: 4, rate: rate)
    let step = 1.0 / 32_768
    floor = step * step * min(1, 2 * Self.neighbourhood * width / sampleRate)
  }

  /// Takes the mixed value that the band's filter also took, and the band's output after it.
  mutating func add(mixed: Phasor, band: Phasor) {
    wide.add(mixed)
    current = band.squaredMagnitude
    bandPower += alpha * (current - bandPower)
    widePower += alpha * (wide.value.squaredMagnitude - widePower)
  }

  var quality: Double {
    guard bandPower > 0 else { return 0 }
    let ratio = bandPower / (widePower + floor)
    let presence = min(1, 16 * current / bandPower)
    let value = min(1, ratio) * presence
    return value.isFinite ? value : 0
  }
}
