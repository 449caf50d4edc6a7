// SPDX-License-Identifier: Apache-2.0

/// The rhythm that events are read as.
package struct EventSettings: Equatable, Sendable {
  /// The channel's frequency in hertz: how often events come, roughly.
  package var frequency: Double
  /// How far a rhythm may wander, two-sided, in hertz; by default an eighth of the frequency.
  package var width: Double
  /// Events that follow one sooner than this, in nanoseconds, are bounces of it.
  package var debounce: Int64

  package init(frequency: Double, width: Double? = nil, debounce: Int64 = 0) {
    self.frequency = frequency
    self.width = width ?? frequency / 8
    self.debounce = debounce
  }

  /// B in hertz: the width, though never more than half the frequency.
  ///
  /// An event's phase says nothing new before the next event: fully irregular ones are correlated
  /// over one interval, hence f/2. Rhythms that wander slower than the width look like one rhythm.
  package var noiseBandwidth: Double { min(width, frequency / 2) }
}
