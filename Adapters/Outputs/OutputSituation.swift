// SPDX-License-Identifier: Apache-2.0
package import PhaseSpace

/// How the channel of an output stands: what an output acts on.
package struct OutputSituation: Sendable {
  /// A peer that an output follows, or this node itself (`follow: self`).
  package struct Followed: Sendable {
    /// Its instantaneous phasor, relative to this node's own where the channel has a carrier.
    package var phasor: Phasor?
    /// Since its newest measurement, nanoseconds.
    package var age: Int64
    /// |z| of its own channel over the decision time, 0…1.
    package var coherence: Double
    package var nEffective: Double
    /// Whether it speaks over an authenticated link; this node itself does.
    package var isSecure: Bool
    /// Whether its key is the newest of its identity.
    package var isEpochCurrent: Bool

    package init(
      phasor: Phasor?, age: Int64, coherence: Double, nEffective: Double, isSecure: Bool,
      isEpochCurrent: Bool
    ) {
      (self.phasor, self.age, self.coherence) = (phasor, age, coherence)
      (self.nEffective, self.isSecure) = (nEffective, isSecure)
      self.isEpochCurrent = isEpochCurrent
    }
  }

  /// The channel's name; empty while there is none.
  package var channel: String
  /// CLOCK_MONOTONIC, nanoseconds.
  package var now: Int64
  /// Nil when there is none to trust: the output rests.
  package var state: MeshState?
  /// Since the newest pulse of the channel over a secure link, nanoseconds; nil without any.
  package var pulseAge: Int64?
  /// The peer the output follows, while it is there.
  package var followed: Followed?

  package init(channel: String = "", now: Int64, state: MeshState? = nil) {
    (self.channel, self.now, self.state) = (channel, now, state)
  }
}
