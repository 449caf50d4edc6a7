// SPDX-License-Identifier: Apache-2.0

/// Raw readings of one channel (layer L0): the newest `capacity`, which never leave the node.
///
/// `summary` is what layer L1 makes of them.
package struct EventRing: Sendable {
  /// A measured phasor: its angle where the phase is, its quality 0 to 1.
  package struct Event: Equatable, Sendable {
    package var re: Float
    package var im: Float
    package var quality: Float

    package init(re: Float, im: Float, quality: Float) {
      (self.re, self.im, self.quality) = (re, im, quality)
    }
  }

  private var events: [Event] = []
  private var next = 0
  private let capacity: Int

  package init(capacity: Int) {
    precondition(capacity > 1, "a trend needs two readings")
    self.capacity = capacity
    events.reserveCapacity(capacity)
  }

  package var count: Int { events.count }

  /// Takes a reading; one that is no number is left out.
  package mutating func add(_ event: Event) {
    guard event.re.isFinite, event.im.isFinite, event.quality.isFinite else { return }
    if events.count < capacity {
      events.append(event)
    } else {
      events[next] = event
    }
    next = (next + 1) % capacity
  }

  /// Mean phasor and quality, and the trend; nil without readings.
  ///
  /// The trend is the mean quality of the newer half less that of the older, −1 to 1.
  package var summary: ChannelSummary? {
    guard !events.isEmpty else { return nil }
    var (re, im): (Float, Float) = (0, 0)
    var halves: (Float, Float) = (0, 0)
    let start = events.count < capacity ? 0 : next
    let half = events.count / 2
    for offset in 0..<events.count {
      let event = events[(start + offset) % events.count]
      re += event.re * event.quality
      im += event.im * event.quality
      if offset < half { halves.0 += event.quality } else { halves.1 += event.quality }
    }
    let length = (re * re + im * im).squareRoot()
    let quality = (halves.0 + halves.1) / Float(events.count)
    let trend =
      half == 0 ? 0 : halves.1 / Float(events.count - half) - halves.0 / Float(half)
    return ChannelSummary(
      cosine: length > 0 ? re / length : 0, sine: length > 0 ? im / length : 0,
      quality: min(max(quality, 0), 1), trend: min(max(trend, -1), 1))
  }
}

/// What layer L1 keeps of a channel: the inputs of the state encoder.
package struct ChannelSummary: Equatable, Sendable {
  /// The mean phase as a point of the unit circle; (0, 0) where there is none.
  package var cosine: Float
  package var sine: Float
  /// 0 to 1.
  package var quality: Float
  /// Slow change of the quality, −1 to 1.
  package var trend: Float

  package init(cosine: Float, sine: Float, quality: Float, trend: Float) {
    (self.cosine, self.sine, self.quality, self.trend) = (cosine, sine, quality, trend)
  }
}
