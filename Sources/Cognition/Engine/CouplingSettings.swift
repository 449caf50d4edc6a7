// SPDX-License-Identifier: Apache-2.0

/// How a node couples and how much it remembers.
package struct CouplingSettings: Equatable, Sendable {
  /// What goes to peers whose dialect has no states.
  package enum Unknown: Equatable, Sendable {
    case always
    /// What resembles what they said; everything as long as they have said nothing.
    case similar
    case never
  }

  package var rule = CouplingRule.kuramoto
  package var unknown = Unknown.similar
  /// Least time between two states sent to one peer because this node's changed, nanoseconds.
  package var stateInterval: Int64 = 5_000_000_000
  /// Entries and bytes of the store.
  package var entries: Int
  package var bytes: Int
  /// Peers at most.
  package var peers: Int

  package init(entries: Int, bytes: Int, peers: Int) {
    (self.entries, self.bytes, self.peers) = (entries, bytes, peers)
  }
}

/// What became of what came in and went out.
package struct CouplingCounters: Equatable, Sendable {
  package internal(set) var shared: UInt64 = 0
  package internal(set) var accepted: UInt64 = 0
  package internal(set) var duplicates: UInt64 = 0
  /// Of a peer that is too far away, or by their content.
  package internal(set) var rejected: UInt64 = 0
  package internal(set) var redundant: UInt64 = 0
  /// Kept from a peer without states, since they do not resemble what it says.
  package internal(set) var withheld: UInt64 = 0
  package internal(set) var moodsTaken: UInt64 = 0
  package internal(set) var moodsIgnored: UInt64 = 0
  /// States that say nothing, are no numbers, or are of another encoder.
  package internal(set) var statesEmpty: UInt64 = 0
  package internal(set) var statesBad: UInt64 = 0
  package internal(set) var statesIncomparable: UInt64 = 0
}

/// The checks between what a node remembers and who is told, each of which a test can switch off.
struct CouplingChecks: OptionSet, Sendable {
  let rawValue: UInt8

  /// Memories go to aligned and guarded peers only.
  static let sending = Self(rawValue: 1 << 0)
  /// Memories are taken from aligned and guarded peers only.
  static let receiving = Self(rawValue: 1 << 1)
  /// A state that cannot be compared couples to nobody.
  static let comparable = Self(rawValue: 1 << 2)
  static let all: Self = [.sending, .receiving, .comparable]
}
