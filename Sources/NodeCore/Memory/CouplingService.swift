// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Memory
internal import Mesh
internal import PhaseSpace
internal import Runtime

/// What the node remembers, whom it tells and whose word it takes: the coupling engine between the
/// mesh, the channels and the command line.
final class CouplingService {
  /// Raw readings kept of a channel, one a second; they never leave the node.
  static let readings = 60

  /// A channel whose readings go into the node's state.
  private struct Source {
    /// Its index on the board.
    let channel: Int
    /// Which inputs of the encoder it feeds; several channels may share them.
    let place: Int
    var events: EventRing
  }

  var engine: CouplingEngine
  var intake: CMBIntake
  let mesh: MeshService
  let identity: Identity
  let name: String
  let settings: MemorySettings
  let log: Log
  private let reactor: Reactor
  /// Something was said to all, or to the node named, and those who are away did not hear it.
  var onUnheard: (_ reason: WakeReason, _ receiver: String?) -> Void = { _, _ in }
  private let path: String
  private var sources: [Source] = []

  /// Starts with what the file at `path` kept over a restart.
  init(
    _ configuration: Configuration, mesh: MeshService, identity: Identity, reactor: Reactor,
    path: String, log: Log
  ) {
    (self.mesh, self.identity, self.reactor) = (mesh, identity, reactor)
    (self.path, self.log) = (path, log)
    name = configuration.node.name
    settings = configuration.memory
    guard let encoder = StateEncoder(settings.weights ?? .standard) else {
      preconditionFailure("the built-in weights, or ones that were checked")
    }
    engine = CouplingEngine(settings.coupling, encoder: encoder, now: reactor.now)
    intake = CMBIntake(
      nodeID: identity.nodeID.description, room: configuration.mesh.id, needsSignature: false)
    MemoryFile.load(path, into: &engine, at: wallMilliseconds, log: log)
  }

  /// Lets the channel at `index` of the board into the node's state.
  func add(channel index: Int, named name: String) {
    let place = Int(ChannelID(name: name).rawValue % UInt32(StateEncoder.channels))
    sources.append(
      Source(channel: index, place: place, events: EventRing(capacity: Self.readings)))
  }

  func joined(slot: Int) {
    guard let summary = mesh.peering[slot] else { return }
    engine.joined(slot, dialect: summary.dialect, isSecure: summary.isSecure, at: reactor.now)
    carryOut()
  }

  func left(slot: Int) { engine.left(slot) }

  /// Takes readings and lets the engine decide, once a second.
  func tick(_ board: ChannelBoard, at now: Int64) {
    guard now >= engine.deadline else { return }
    observe(board)
    engine.tick(at: now)
    carryOut()
  }

  /// Writes what is to be kept over a restart.
  func save() {
    do throws(StateFile.Failure) {
      try MemoryFile.save(path, engine.store)
    } catch { log.error("memory", "memories not saved: \(error)") }
  }

  var now: Int64 { reactor.now }
  var wallMilliseconds: Int64 { MonotonicClock.wallTime / 1_000_000 }

  private func observe(_ board: ChannelBoard) {
    for place in 0..<StateEncoder.channels {
      var (total, weight) = (ChannelSummary(cosine: 0, sine: 0, quality: 0, trend: 0), Float(0))
      for index in sources.indices where sources[index].place == place {
        sources[index].events.add(Self.event(board.channels[sources[index].channel]))
        guard let summary = sources[index].events.summary else { continue }
        total.cosine += summary.quality * summary.cosine
        total.sine += summary.quality * summary.sine
        total.quality += summary.quality * summary.quality
        total.trend += summary.quality * summary.trend
        weight += summary.quality
      }
      guard weight > 0 else {
        engine.observe(nil, place: place)
        continue
      }
      engine.observe(
        ChannelSummary(
          cosine: total.cosine / weight, sine: total.sine / weight,
          quality: total.quality / weight, trend: total.trend / weight), place: place)
    }
  }

  /// The phase of a slow channel as it is; that of one that turns, against the common phase of the
  /// mesh: against this machine's start it would say nothing.
  private static func event(_ channel: Channel) -> EventRing.Event {
    guard let sample = channel.own?.sample, sample.quality > 0 else {
      return EventRing.Event(re: 0, im: 0, quality: 0)
    }
    var phasor = sample.phasor.unit ?? .zero
    if sample.frequency > 0 {
      let common = channel.state.globalPhasor?.unit ?? Phasor(re: 1, im: 0)
      phasor = Phasor(re: common.re, im: -common.im)
    }
    return EventRing.Event(
      re: Float(phasor.re), im: Float(phasor.im), quality: Float(sample.quality))
  }

  /// Sends what the engine wants sent.
  func carryOut() {
    while let effect = engine.next() {
      switch effect {
      case .state(let slot): mesh.send(.stateSync(engine.stateSync(for: slot)), to: slot)
      case .memory(let slot, let entry):
        mesh.send(
          .memoryShare(
            MemoryShare(
              key: entry.key, content: entry.content, source: entry.source, tags: entry.tags,
              timestamp: entry.timestamp)), to: slot)
      case .block(let slot, let entry):
        send(CMBCategories(focus: entry.content), made: entry.timestamp, to: slot)
      }
    }
  }

  /// Sends a signed block to a peer without states.
  func send(_ categories: CMBCategories, made timestamp: Int64, to slot: Int) {
    let block = block(categories, made: timestamp, for: slot)
    mesh.send(.cmb(CMBFrame(block, timestamp: wallMilliseconds)), to: slot)
  }

  func block(_ categories: CMBCategories, made timestamp: Int64, for slot: Int) -> CMB {
    var block = CMB(categories, createdBy: name, createdTimestamp: timestamp)
    block.room = mesh.peering[slot]?.handshake.room
    CMBSignature.sign(&block, by: identity)
    return block
  }
}
