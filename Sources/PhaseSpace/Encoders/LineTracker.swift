// SPDX-License-Identifier: Apache-2.0

/// A slow frequency-locked loop: where the line really is, from how the baseband turns.
///
/// The slope of the baseband's phase is averaged over T/4 seconds and fed back with time constant
/// T = max(2 s, 8/width): critically damped, and slow against the band's own settling. The estimate
/// stays within the −3 dB band; below a quality of 0.5 it holds.
struct LineTracker: Sendable {
  private let lowest: Double
  private let highest: Double
  private let interval: Double
  private let slopeShare: Double
  private let feedback: Double
  private var previous = Phasor.zero
  private var turning = Phasor.zero
  private(set) var frequency: Double

  /// `rate` is that of the baseband values.
  init(frequency: Double, width: Double, rate: Double) {
    self.frequency = frequency
    lowest = frequency - width / 2
    highest = frequency + width / 2
    interval = 1 / rate
    let time = max(2, 8 / width)
    slopeShare = Integrator.alpha(dt: interval, tau: time / 4)
    feedback = interval / time
  }

  /// Takes the next baseband value; the frequency may move.
  mutating func add(_ value: Phasor, quality: Double) {
    defer { previous = value }
    guard quality > 0.5 else { return }
    let turn = value * previous.conjugate
    turning = turning + (turn - turning) * slopeShare
    guard turning.squaredMagnitude > 0 else { return }
    let slope = turning.angle / (2 * Double.pi * interval)
    frequency = min(max(frequency + slope * feedback, lowest), highest)
  }
}
