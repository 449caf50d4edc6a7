// SPDX-License-Identifier: Apache-2.0
import MMP
import Memory
import Testing

@testable import Cognition

/// Memory makes the state, the state the coupling, the coupling what is shared, and what is shared
/// memory: the loop settles, and settles again after it was disturbed.
@Suite struct FeedbackTests {
  private static let topics = [
    ["pump in the boiler room is hot", "boiler room pump vibrates", "hot water from the boiler"],
    ["guitar music at breakfast", "acoustic guitar preferred in the morning", "quiet music"],
  ]

  private struct Snapshot: Equatable {
    let couplings: [Coupling]
    let stored: [Int]
  }

  private func snapshot(_ mesh: SimulatedMesh) -> Snapshot {
    var couplings: [Coupling] = []
    for one in mesh.engines.indices {
      for other in mesh.engines.indices where other != one {
        couplings.append(mesh.engines[one].coupling(of: other)?.coupling ?? .rejected)
      }
    }
    return Snapshot(couplings: couplings, stored: mesh.engines.map { $0.store.entries.count })
  }

  /// Largest movement of any neuron of any node in `seconds`.
  private func movement(_ mesh: inout SimulatedMesh, seconds: Int) -> Float {
    let before = mesh.engines.map { $0.own }
    mesh.run(seconds: seconds)
    var largest: Float = 0
    for (old, engine) in zip(before, mesh.engines) {
      for (a, b) in zip(old.h1 + old.h2, engine.own.h1 + engine.own.h2) {
        largest = max(largest, abs(a - b))
      }
    }
    return largest
  }

  private func mesh(_ seed: UInt64) -> SimulatedMesh {
    var mesh = SimulatedMesh([Dialect](repeating: .taumesh, count: 6))
    var random = Random(seed: seed)
    for node in 0..<6 {
      for (number, text) in Self.topics[node % 2].enumerated() where random.uniform() < 0.8 {
        mesh.remember(node, "\(text) \(node)", key: "\(node)-\(number)")
        mesh.run(seconds: random.below(4))
      }
    }
    return mesh
  }

  @Test(arguments: 1...5)
  func loopSettlesAndSettlesAgain(_ seed: Int) {
    var mesh = mesh(UInt64(seed))
    mesh.run(seconds: 150)
    let settled = snapshot(mesh)
    let sends = mesh.sends
    #expect(settled.couplings.contains { $0.sharesMemory })
    #expect(settled.couplings.contains(.rejected))
    let atFirst = movement(&mesh, seconds: 30)
    #expect(atFirst < 0.02)
    #expect(snapshot(mesh) == settled)
    #expect(mesh.sends == sends)

    // A node changes its mind, and a channel of another begins to speak.
    for number in 0..<6 {
      mesh.remember(0, "guitar music in the morning \(number)", key: "change-\(number)")
    }
    mesh.observe(
      3, ChannelSummary(cosine: 0, sine: 1, quality: 0.9, trend: 0.4), place: 2)
    let disturbed = movement(&mesh, seconds: 3)
    #expect(disturbed > 0.05)
    mesh.run(seconds: 150)
    let again = snapshot(mesh)
    let after = mesh.sends
    #expect(after > sends)
    let inTheEnd = movement(&mesh, seconds: 30)
    #expect(inTheEnd < 0.02)
    #expect(snapshot(mesh) == again)
    #expect(mesh.sends == after)
    #expect(mesh.violations == 0)
  }

  /// Those of one mind come to hold the same memories.
  @Test func coupledStoresConverge() {
    var mesh = SimulatedMesh([Dialect](repeating: .taumesh, count: 3))
    for node in 0..<3 {
      mesh.remember(node, "pump in the boiler room is hot \(node)", key: "\(node)")
    }
    mesh.run(seconds: 60)
    for engine in mesh.engines { #expect(engine.store.entries.count == 3) }
    #expect((mesh.engines[0].coherence.debiased ?? 0) > 0.8)
  }

  /// The state of the mesh is drawn together by blending, and by nothing else.
  @Test func coupledStatesApproach() throws {
    func distance(isBlending: Bool) throws -> Double {
      var engines: [CouplingEngine] = []
      for text in ["pump in the boiler room is hot", "pump in the boiler room is very cold"] {
        var engine = CouplingEngine(
          CouplingSettings(entries: 4, bytes: 4096, peers: 1),
          encoder: try #require(StateEncoder(.standard)), now: 0)
        let entry = MemoryEntry(key: text, content: text, source: "", timestamp: 0, isOwn: true)
        _ = engine.remember(entry, at: 0)
        engine.joined(0, dialect: .taumesh, isSecure: isBlending, at: 0)
        engines.append(engine)
      }
      for second in 1...30 {
        let now = Int64(second) * 1_000_000_000
        for index in 0..<2 { engines[index].tick(at: now) }
        for index in 0..<2 {
          engines[index].received(engines[1 - index].stateSync(for: 0), from: 0, at: now)
        }
      }
      return try #require(engines[0].coupling(of: 0)?.drift)
    }
    #expect(try distance(isBlending: true) < distance(isBlending: false))
  }

  @Test func statesGoOutOnChangeButNotMoreOftenThanTold() throws {
    var engine = CouplingEngine(
      CouplingSettings(entries: 4, bytes: 4096, peers: 2),
      encoder: try #require(StateEncoder(.standard)),
      now: 0)
    engine.joined(1, dialect: .taumesh, isSecure: true, at: 0)
    let first = engine.next()
    #expect(first == .state(slot: 1))
    var sent: [Int] = []
    for second in 1...200 {
      if second == 20 || second == 22 {
        let entry = MemoryEntry(
          key: "\(second)", content: "pump \(second)", source: "", timestamp: 0, isOwn: true)
        _ = engine.remember(entry, at: 0)
      }
      engine.tick(at: Int64(second) * 1_000_000_000)
      while let effect = engine.next() { if effect == .state(slot: 1) { sent.append(second) } }
    }
    #expect(sent.contains(20))
    for (one, next) in zip(sent, sent.dropFirst()) { #expect(next - one >= 5) }
    #expect(sent.filter { $0 > 40 }.count >= 2)
    #expect(sent.filter { $0 > 40 }.count <= 4)
  }
}
