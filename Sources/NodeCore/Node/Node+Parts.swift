// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import MMP
internal import Outputs
internal import PhaseSpace
internal import Runtime

extension Node {
  /// What must be there before anything else: a reactor, the keys, a number for this start.
  struct Parts {
    let reactor: Reactor
    let identity: Identity
    let trust: TrustFile
    let ledger: OwnerLedger
    let boot: UInt32

    init(_ configuration: Configuration, _ paths: NodePaths, log: Log) throws(Failure) {
      do throws(SystemError) {
        try Folder.create(paths.state, mode: 0o750)
        try Folder.create(Folder.containing(paths.socket), mode: 0o755)
        reactor = try Reactor()
        boot = UInt32(truncatingIfNeeded: try Entropy.word())
      } catch { throw Failure(description: "\(error)") }
      do throws(Keys.Failure) {
        identity = try Keys.identity(paths.identity)
        (trust, ledger) = try TrustFile.load(paths, configuration.mesh, log: log)
      } catch { throw Failure(description: error.description) }
    }
  }

  /// Takes the inputs with their channels, and the outputs.
  func addAdapters() {
    var shared = 0
    for settings in configuration.inputs {
      var places: [(board: Int, shared: Int?)] = []
      for channel in settings.input.channels {
        places.append((board.channels.count, settings.share == .none ? nil : shared))
        if settings.share != .none {
          coupling.add(channel: board.channels.count, named: channel.name)
          shared += 1
        }
        add(channel, settings)
      }
      inputs.append(InputFeed(settings, places: places))
      announce(settings.id) { settings.input.onStatusChange = $0 }
    }
    for settings in configuration.outputs {
      outputs.append(OutputFeed(settings))
      announce(settings.id) { settings.output.onStatusChange = $0 }
    }
  }

  private func add(_ channel: InputChannel, _ settings: InputSettings) {
    let profile = configuration.node.profile
    let bandwidth = min(channel.noiseBandwidth, configuration.mesh.pulseRate)
    board.add(
      name: channel.name,
      settings: ChannelSettings(
        frequency: channel.frequency, alignment: settings.isAbsolute ? .absolute : .free,
        mode: channel.isSeedMode ? .seed : .locking),
      bandwidth: bandwidth,
      requiredTau: DecisionTime.required(
        tick: profile.tickSeconds, bandwidth: bandwidth, configured: settings.decisionTau),
      bank: memory.bank(of: channel.name, profile: profile, at: reactor.now)
        ?? IntegratorBank(profile: profile))
  }

  private func announce(_ id: String, _ attach: (@escaping (AdapterStatus) -> Void) -> Void) {
    let log = log
    var told = ""
    attach { status in
      // A device that stays away is told of once, not at every attempt.
      guard told != status.description else { return }
      told = status.description
      switch status {
      case .stopped, .working: log.info(id, told)
      case .failed: log.warning(id, told)
      }
    }
  }
}
