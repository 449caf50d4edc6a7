// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// Identities, meshes and settings for tests; every byte follows from the numbers given.
enum TestNode {
  static func key(_ number: UInt8) throws -> Key32 {
    try #require(Key32([UInt8](repeating: number, count: 32)))
  }

  static func mesh(_ id: String = "home", secret: UInt8 = 7) throws -> MeshKey {
    try #require(MeshKey(meshID: id, secret: try key(secret)))
  }

  static func settings(
    _ number: UInt8, mesh: MeshKey? = nil, boot: UInt32? = nil
  ) throws -> ConnectionSettings {
    let identity = Identity(seed: try key(number))
    let summary = NodeSummary(
      profile: "server", tickMilliseconds: 10, pulseIntervalMilliseconds: 200,
      version: "0.1.0", boot: boot ?? UInt32(number) + 1000, inputs: ["hum"])
    let handshake = Handshake(
      nodeID: identity.nodeID.description, name: "node \(number)", room: "default",
      publicKey: nil, taumesh: summary)
    return ConnectionSettings(
      identity: identity, key: try mesh ?? self.mesh(), handshake: handshake, udpPort: 7778,
      frames: .server)
  }
}

/// Two connections joined by two queues of bytes, delivered in slices of random length.
struct Link {
  var dialer: PeerConnection
  var acceptor: PeerConnection
  var fromDialer: [PeerConnection.Effect] = []
  var fromAcceptor: [PeerConnection.Effect] = []
  private var toAcceptor: [UInt8] = []
  private var toDialer: [UInt8] = []
  private var random: SplitMix64

  init(
    _ left: ConnectionSettings, _ right: ConnectionSettings, isSecure: Bool = true,
    seed: UInt64 = 1, now: Int64 = 0
  ) throws {
    dialer = PeerConnection(
      role: .dialer(isSecure: isSecure), settings: left,
      pulseSession: SessionID(rawValue: 111), ephemeralSeed: try TestNode.key(201), now: now)
    acceptor = PeerConnection(
      role: .acceptor, settings: right, pulseSession: SessionID(rawValue: 222),
      ephemeralSeed: try TestNode.key(202), now: now)
    random = SplitMix64(seed: seed)
  }

  /// Carries bytes until both are quiet.
  mutating func run(at now: Int64, longest: Int = 4096) {
    pull()
    while !toAcceptor.isEmpty || !toDialer.isEmpty {
      let (out, back) = (cut(toAcceptor.count, longest), cut(toDialer.count, longest))
      acceptor.receive(Array(toAcceptor.prefix(out)), at: now)
      toAcceptor.removeFirst(out)
      dialer.receive(Array(toDialer.prefix(back)), at: now)
      toDialer.removeFirst(back)
      pull()
    }
  }

  private mutating func cut(_ count: Int, _ longest: Int) -> Int {
    count == 0 ? 0 : 1 + random.below(min(count, longest))
  }

  mutating func pull() {
    while let effect = dialer.next() {
      if case .send(let bytes) = effect { toAcceptor += bytes } else { fromDialer.append(effect) }
    }
    while let effect = acceptor.next() {
      if case .send(let bytes) = effect { toDialer += bytes } else { fromAcceptor.append(effect) }
    }
  }
}

extension [PeerConnection.Effect] {
  var established: PeerSummary? {
    for case .established(let summary) in self { return summary }
    return nil
  }

  var closed: CloseReason? {
    for case .close(let reason) in self { return reason }
    return nil
  }
}
