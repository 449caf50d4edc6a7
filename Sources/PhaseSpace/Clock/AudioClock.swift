// SPDX-License-Identifier: Apache-2.0

/// Ties a sound card's frames to the monotonic clock: a second-order delay-locked loop.
///
/// A card's crystal is off by up to ±100 ppm and its timestamps jitter by up to a period, so neither
/// the nominal rate nor a single timestamp gives the time of a frame. The loop learns quickly at
/// first (2 Hz) and settles to 0.1 Hz. A timestamp more than 50 ms from what is expected (an
/// overrun, a reopened device) restarts it at that time with the rate it has learnt.
/// Source: F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005.
package struct AudioClock: Sendable {
  /// Frames per second as the device claims.
  package let nominalRate: Double
  private var frame: Int64 = 0
  /// The time of `frame`, in whole nanoseconds and the fraction of one.
  private var nanoseconds: Int64 = 0
  private var fraction = 0.0
  private var period: Double
  private var learntSeconds = 0.0
  private var isStarted = false
  /// How often the loop was restarted.
  package private(set) var restarts = 0

  private static let widest = 2.0
  private static let narrowest = 0.1
  private static let largestError = 50e6
  /// No crystal is further off than this share.
  private static let largestSkew = 1e-3

  package init(nominalRate: Double) {
    self.nominalRate = nominalRate
    period = 1e9 / nominalRate
  }

  /// The card's rate as learnt, in frames per second of the monotonic clock.
  package var rate: Double { 1e9 / period }

  /// How much faster than nominal the card runs, in parts per million.
  package var partsPerMillion: Double { (rate / nominalRate - 1) * 1e6 }

  /// Takes in that `frame` frames had passed at `now`; frames that do not advance are ignored.
  package mutating func update(frame newest: Int64, at now: Int64) {
    guard isStarted else {
      isStarted = true
      restart(newest, now)
      return
    }
    let frames = Double(newest - frame)
    guard frames > 0 else { return }
    let expected = frames * period + fraction
    let error = Double(now - nanoseconds) - expected
    guard abs(error) <= Self.largestError else {
      restarts += 1
      restart(newest, now)
      return
    }
    correct(frames: frames, expected: expected, error: error)
    frame = newest
  }

  /// The time at which `frame` passes or passed the converter; nil before the first update.
  package func time(ofFrame target: Int64) -> Int64? {
    guard isStarted else { return nil }
    let offset = Double(target - frame) * period + fraction
    return nanoseconds + Int64(offset.rounded())
  }

  /// How many frames have passed at `now`; nil before the first update.
  package func frame(at now: Int64) -> Double? {
    guard isStarted else { return nil }
    return Double(frame) + (Double(now - nanoseconds) - fraction) / period
  }

  private mutating func restart(_ newest: Int64, _ now: Int64) {
    frame = newest
    nanoseconds = now
    fraction = 0
    learntSeconds = 0
  }

  private mutating func correct(frames: Double, expected: Double, error: Double) {
    let seconds = frames * period * 1e-9
    learntSeconds += seconds
    let bandwidth = min(Self.widest, max(Self.narrowest, 0.5 / learntSeconds))
    let omega = min(0.5, 2 * Double.pi * bandwidth * seconds)
    let forward = expected + 2.0.squareRoot() * omega * error
    let whole = forward.rounded(.down)
    nanoseconds += Int64(whole)
    fraction = forward - whole
    let nominal = 1e9 / nominalRate
    let learnt = period + omega * omega * error / frames
    period = min(
      max(learnt, nominal * (1 - Self.largestSkew)), nominal * (1 + Self.largestSkew))
  }
}
