// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import MMP
internal import Mesh
internal import Outputs
internal import PhaseSpace
package import Runtime

/// One running node: inputs to phasors, phasors to peers and back, mesh state to outputs.
///
/// Everything happens on the reactor's thread. The beat, never slower than `slowestBeat`, takes
/// measurements in and hands pulses out; the channels integrate once a tick of the profile.
package final class Node {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Measurements are not older than this when they go out, ns.
  static let slowestBeat: Int64 = 20_000_000
  /// A node that is told to stop ends within this, whatever its devices do, ns.
  static let stopLimit: Int64 = 900_000_000
  /// Started, and linked with those peers that are there, ns after the start.
  static let settled: Int64 = 2_000_000_000
  static let longestSettling: Int64 = 60_000_000_000

  let configuration: Configuration
  let paths: NodePaths
  let log: Log
  let reactor: Reactor
  let identity: Identity
  let boot: UInt32
  let startedAt: Int64
  var board: ChannelBoard
  var inputs: [InputFeed] = []
  var outputs: [OutputFeed] = []
  var mesh: MeshService
  let coupling: CouplingService
  var ipc: IPCServer?
  var recorder: TraceRecorder?
  var memory: NodeMemory
  var trust: TrustFile
  /// What of the mesh the state file holds.
  var keptPeers = (secure: 0, change: 0)
  let services: AdapterServices
  let groups: GroupService
  private var signals: SignalSource?
  let surface: SurfaceLink
  /// Keeps the relay of this machine served; nil where it has none.
  private var relayServer: SurfaceLinkage?
  let wake: WakeService
  private let notifier = ServiceNotifier()
  private var beatTimer: Timer?
  private var nextTick: Int64
  private var isStopping = false
  private var status: Int32 = 0

  /// Opens everything the node needs; nothing runs before `run`.
  ///
  /// `recording` names a file to record the first channel's phasors to. Throws the first thing
  /// that cannot be had, in words for the user.
  package init(configuration: Configuration, paths: NodePaths, log: Log, recording: String?)
    throws(Failure)
  {
    (self.configuration, self.paths, self.log) = (configuration, paths, log)
    let parts = try Parts(configuration, paths, log: log)
    (reactor, identity, boot) = (parts.reactor, parts.identity, parts.boot)
    trust = parts.trust
    startedAt = reactor.now
    services = AdapterServices(
      reactor: reactor, log: log, configurationPath: paths.configuration, statePath: paths.state,
      runPath: Folder.containing(paths.socket))
    surface = SurfaceLink(reactor: reactor, log: log, command: Self.surfaceCommand(paths))
    services.surface = surface
    wake = WakeService(
      configuration.wake,
      sender: (nodeID: identity.nodeID.description, name: configuration.node.name),
      services: services)
    nextTick = reactor.now
    memory = NodeMemory.load(paths.memory, log: log)
    board = ChannelBoard(peers: configuration.node.profile.limits.peers)
    do throws(MeshService.Failure) {
      mesh = try MeshService(
        reactor: reactor, configuration: configuration, identity: identity, ledger: parts.ledger,
        boot: boot, memory: memory, log: log)
    } catch { throw Failure(description: "\(error)") }
    coupling = CouplingService(
      configuration, mesh: mesh, identity: identity, reactor: reactor, path: paths.memories,
      log: log)
    groups = GroupService(
      reactor: reactor, configuration: configuration, identity: identity, path: paths.groups,
      mesh: mesh,
      relay: GroupRelay(
        configuration, nodeID: identity.nodeID, folder: paths.state, services: services, log: log),
      log: log)
    addAdapters()
    if let complaint = loadCalibrations() {
      log.warning("node", "\(complaint); running uncalibrated")
    }
    try openIPC()
    if let recording { recorder = try TraceRecorder.open(recording, log: log) }
  }

  /// Runs until told to stop.
  ///
  /// - Returns: The exit status.
  package func run() throws(Failure) -> Int32 {
    do throws(SystemError) {
      signals = try SignalSource(reactor: reactor, [.terminate, .interrupt, .hangUp]) { _ in
        self.stop()
      }
    } catch { throw Failure(description: "\(error)") }
    recordStart()
    mesh.delegate = self
    mesh.start()
    mesh.useRelay(configuration, identity, services)
    relayServer = MeshService.serveRelay(configuration, services, log: log)
    groups.onBlock = { block, slot in
      // Applications hear all that members say; memory takes of it what it takes of any block.
      _ = self.coupling.received(.cmb(block), slot: slot)
      self.deliver(.cmb(block), slot: slot)
    }
    groups.start()
    connectWaking()
    wake.start()
    for feed in inputs { feed.input.start(on: services) }
    for feed in outputs { feed.output.start(on: services) }
    startBeat()
    watchPeers()
    startWatchdog()
    settleMemory(after: Self.settled)
    log.info(
      "node", "\(configuration.node.name) (\(identity.nodeID)) listens on \(mesh.address)")
    do throws(SystemError) { try notifier?.ready() } catch { log.warning("node", "\(error)") }
    reactor.run()
    return status
  }

  /// Gives back the pages of what ran once: after the start, when peers have joined, and then every
  /// minute.
  private func settleMemory(after pause: Int64) {
    reactor.after(pause) {
      Environment.settleMemory()
      self.settleMemory(after: min(2 * pause, Self.longestSettling))
    }
  }

  /// Fades outputs, says goodbye, writes what is to be kept, and ends `run`.
  func stop() {
    guard !isStopping else { return }
    isStopping = true
    recorder?.close()
    do throws(SystemError) { try notifier?.stopping() } catch { log.warning("node", "\(error)") }
    reactor.after(Self.stopLimit) { self.reactor.stop() }
    for feed in inputs { feed.input.stop() }
    var left = outputs.count
    guard left > 0 else { return finish() }
    for feed in outputs {
      feed.output.stop {
        left -= 1
        if left == 0 { self.finish() }
      }
    }
  }

  private func finish() {
    if !saveMemory() { status = 1 }
    coupling.save()
    groups.stop()
    mesh.stop()
    relayServer?.close()
    wake.stop()
    surface.stop()
    ipc?.close()
    log.info("node", "stopped")
    reactor.stop()
  }

  private func startBeat() {
    let timer = reactor.makeTimer { self.beat() }
    beatTimer = timer
    reactor.arm(timer, at: reactor.now)
  }

  /// Takes measurements, integrates when a tick is due, lets outputs and pulses follow.
  private func beat() {
    let now = reactor.now
    takeMeasurements()
    let tick = configuration.node.profile.tickNanoseconds
    let isTick = now >= nextTick
    if isTick {
      recorder?.take(.tick(now))
      board.tick(at: now, order: mesh.order)
      coupling.tick(board, at: now)
      nextTick = max(nextTick + tick, now + tick / 2)
    }
    for feed in outputs where isTick || feed.output.isUrgent {
      feed.output.apply(situation(of: feed, at: now))
    }
    if let beatTimer, !isStopping {
      reactor.arm(beatTimer, at: now + min(tick, Self.slowestBeat))
    }
  }

  private func takeMeasurements() {
    let weight = configuration.node.profile.capabilityWeight
    for feed in inputs {
      for (channel, place) in feed.places.enumerated() {
        guard let sample = feed.fresh(channel) else { continue }
        record(sample, channel: place.board)
        board.measured(place.board, sample, weight: weight)
        guard let shared = place.shared else { continue }
        mesh.offer(board.channels[place.board].pulse(), channel: shared)
      }
    }
  }

  private func startWatchdog() {
    guard let notifier, let interval = notifier.watchdogNanoseconds else { return }
    var timer: Timer?
    timer = reactor.makeTimer {
      do throws(SystemError) { try notifier.watchdog() } catch {
        self.log.warning("node", "\(error)")
      }
      if let timer { self.reactor.arm(timer, at: self.reactor.now + interval) }
    }
    if let timer { reactor.arm(timer, at: reactor.now) }
  }
}

extension Node: MeshDelegate {
  func heard(_ pulse: Pulse, slot: Int, names: [String], staleAfter: Int64) {
    record(pulse, slot: slot, staleAfter: staleAfter)
    board.heard(
      pulse, slot: slot, names: names, at: pulse.time,
      weight: configuration.node.profile.capabilityWeight, staleAfter: staleAfter)
  }

  func joined(slot: Int) {
    keepPeers()
    coupling.joined(slot: slot)
    groups.joined(slot)
    wake.joined(slot: slot, mesh.peering[slot]?.handshake.nodeID ?? "")
    ipc?.joined(slot: slot, mesh.name(of: slot))
  }

  func received(_ frame: Frame, slot: Int) {
    // Blocks of groups come back from there once their senders are known to be members.
    if case .cmb(let block) = frame, !groups.isForEveryone(block, slot: slot) { return }
    if coupling.received(frame, slot: slot) { deliver(frame, slot: slot) }
  }

  func ledgerChanged() { keepLedger() }

  func left(slot: Int) {
    recorder?.take(.leave(slot: slot + 1))
    board.left(slot: slot)
    keepCoupling(slot: slot)
    coupling.left(slot: slot)
    ipc?.left(slot: slot)
  }
}
