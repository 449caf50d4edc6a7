// SPDX-License-Identifier: Apache-2.0

/// What a class of board can do: its time constants, its tick and its limits.
///
/// Profiles are data. Each is the `server` profile with the fields that differ, and why.
package struct TauProfile: Equatable, Sendable {
  package private(set) var name: Name
  /// The fastest time constant, in seconds.
  package private(set) var tauBase: Double
  /// The slowest time constant, in seconds.
  package private(set) var tauMax: Double
  /// The integration tick in nanoseconds.
  package private(set) var tickNanoseconds: Int64
  /// The weight of this node's phasors in R and Φ: 1 for every class, since a phase measured on a
  /// small board is as good as one measured on a large board.
  package private(set) var capabilityWeight = 1.0
  /// How many integrators the bank has.
  package private(set) var bankCount = 3
  package private(set) var limits: Limits

  /// The bounds of everything that grows with peers or with what they send.
  package struct Limits: Equatable, Sendable {
    /// Members of the mesh beside the node itself.
    package var peers: Int
    /// Bytes of the arena one JSON document is parsed in.
    package var jsonArenaBytes: Int
    /// Bytes queued for one peer before its connection is closed.
    package var writeQueueBytes: Int
    /// Frames waiting to be handled.
    package var frameQueue: Int
  }

  /// The five classes.
  package enum Name: UInt8, Equatable, Sendable, CustomStringConvertible {
    case zero
    case pi2
    case pi4
    case server
    case cloud

    package var description: String {
      switch self {
      case .zero: "zero"
      case .pi2: "pi2"
      case .pi4: "pi4"
      case .server: "server"
      case .cloud: "cloud"
      }
    }
  }

  package static let server = TauProfile(
    name: .server, tauBase: 0.1, tauMax: 600, tickNanoseconds: 10_000_000,
    limits: Limits(
      peers: 255, jsonArenaBytes: 4 << 20, writeQueueBytes: 2 << 20, frameQueue: 256))

  /// Reflexes and sensor fusion on 512 MB: few peers, small arenas.
  package static let zero = server.with {
    $0.name = .zero
    $0.tauBase = 0.01
    $0.tauMax = 1
    $0.limits = Limits(
      peers: 31, jsonArenaBytes: 128 << 10, writeQueueBytes: 64 << 10, frameQueue: 32)
  }

  /// Deep integration: minutes to an hour, so a tick of a second is fast enough.
  package static let pi2 = server.with {
    $0.name = .pi2
    $0.tauBase = 60
    $0.tauMax = 3_600
    $0.tickNanoseconds = 1_000_000_000
    $0.limits = Limits(
      peers: 63, jsonArenaBytes: 512 << 10, writeQueueBytes: 256 << 10, frameQueue: 64)
  }

  /// The bridge between fast and slow.
  package static let pi4 = server.with {
    $0.name = .pi4
    $0.tauBase = 1
    $0.tauMax = 60
    $0.tickNanoseconds = 100_000_000
    $0.limits.peers = 127
  }

  /// The server with a faster clock: elastic machines integrate at a millisecond.
  package static let cloud = server.with {
    $0.name = .cloud
    $0.tauBase = 0.001
    $0.tauMax = 10
    $0.tickNanoseconds = 1_000_000
  }

  /// All profiles, from the smallest board up.
  package static let all = [zero, pi2, pi4, server, cloud]

  /// The profile called `name` in a configuration; nil for any other word.
  package init?(named name: String) {
    guard let found = Self.all.first(where: { $0.name.description == name }) else { return nil }
    self = found
  }

  /// The tick in seconds.
  package var tickSeconds: Double { Double(tickNanoseconds) * 1e-9 }

  private init(
    name: Name, tauBase: Double, tauMax: Double, tickNanoseconds: Int64, limits: Limits
  ) {
    self.name = name
    self.tauBase = tauBase
    self.tauMax = tauMax
    self.tickNanoseconds = tickNanoseconds
    self.limits = limits
  }

  private func with(_ change: (inout TauProfile) -> Void) -> TauProfile {
    var copy = self
    change(&copy)
    return copy
  }
}
