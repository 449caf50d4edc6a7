// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import PhaseSpace
internal import Runtime

/// Counts heap allocations on the paths that run for ever; they should have none.
struct AllocationCount {
  let effort: BenchEffort

  /// Allocations of `body`; nil where they are not counted.
  static func during(_ body: () -> Void) -> Int64? {
    guard let before = Environment.allocations else { return nil }
    body()
    return (Environment.allocations ?? before) - before
  }

  /// Per pulse: sealed, opened, checked against replay and observed.
  func perPulse() -> Double? {
    guard let pair = PulsePair() else { return nil }
    return perTurn(2) {
      pair.first.measure()
      pair.second.measure()
      pair.exchange()
    }
  }

  /// Per tick of a node's channels with a peer, with state and output after it.
  func perTick() -> Double? {
    guard let pair = PulsePair() else { return nil }
    let mapping = OutputMapping.angle
    var sink = 0.0
    let count = perTurn(1) {
      pair.first.measure()
      pair.second.measure()
      pair.exchange()
      pair.first.tick()
      let state = pair.first.board.channels[0].state
      sink += mapping.tone(state.globalPhasor, coherence: state.meanCoherence).frequency
    }
    return sink.isFinite ? count : nil
  }

  /// Per operation of work that was done before; nil where nothing is counted.
  func perOperation(of work: Workload) -> Double? {
    let turns = effort.countedTurns
    return Self.during { work.work(turns) }.map { Double($0) / Double(turns) }
  }

  /// Runs `turn` often, after a few turns that may allocate; nil where nothing is counted.
  private func perTurn(_ operations: Int, _ turn: () -> Void) -> Double? {
    for _ in 0..<100 { turn() }
    let counted = Self.during { for _ in 0..<effort.countedTurns { turn() } }
    return counted.map { Double($0) / Double(effort.countedTurns * operations) }
  }

  /// Per block of a microphone that hears silence: read from ALSA, decoded and encoded, its timer included.
  ///
  /// nil where nothing is counted.
  func perBlock(_ session: BenchSession) throws(BenchFailure) -> Double? {
    let ear = Microphone(
      MicrophoneSettings(id: "bench", channel: PulseEnd.channel, device: "null"))
    let reactor = session.reactor
    var (allocations, blocks): (Int64?, Int64) = (nil, 0)
    ear.start(on: AdapterServices(reactor: reactor))
    defer { ear.stop() }
    // Both ends of the count are timers made beforehand, so that only the microphone is counted.
    let settled = MonotonicClock.now + effort.listenNanoseconds / 4
    reactor.at(settled) {
      (allocations, blocks) = (Environment.allocations, ear.counters.blocks)
    }
    reactor.at(settled + effort.listenNanoseconds) {
      allocations = allocations.map { (Environment.allocations ?? $0) - $0 }
      blocks = ear.counters.blocks - blocks
      reactor.stop()
    }
    _ = try session.run(atMost: 2 * effort.listenNanoseconds + 10_000_000_000)
    guard blocks > 0 else { throw BenchFailure(description: ear.status.description) }
    return allocations.map { Double($0) / Double(blocks) }
  }
}
