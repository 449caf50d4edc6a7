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
    let key: MeshKey
    let boot: UInt32

    init(_ configuration: Configuration, _ paths: NodePaths) throws(Failure) {
      do throws(SystemError) {
        try Folder.create(paths.state, mode: 0o750)
        try Folder.create(Folder.containing(paths.socket), mode: 0o755)
        reactor = try Reactor()
        boot = UInt32(truncatingIfNeeded: try Entropy.word())
      } catch { throw Failure(description: "\(error)") }
      do throws(Keys.Failure) {
        identity = try Keys.identity(paths.identity)
        let secret = try Keys.secret(configuration.mesh.secretFile)
        guard let key = MeshKey(meshID: configuration.mesh.id, secret: secret) else {
          throw Keys.Failure(description: "mesh id \(configuration.mesh.id) is not valid")
        }
        self.key = key
      } catch { throw Failure(description: error.description) }
    }
  }

  /// Makes the inputs with their channels, and the outputs.
  func addAdapters() {
    for settings in configuration.inputs {
      let input = Microphone(settings.microphone)
      inputs.append(InputFeed(input, settings.microphone.device))
      let profile = configuration.node.profile
      let bandwidth = min(input.noiseBandwidth, configuration.mesh.pulseRate)
      let channel = ChannelSettings(
        frequency: settings.microphone.frequency,
        alignment: settings.isAbsolute ? .absolute : .free,
        mode: settings.microphone.encoding == .seed ? .seed : .locking)
      board.add(
        name: settings.channel, settings: channel, bandwidth: bandwidth,
        requiredTau: DecisionTime.required(
          tick: profile.tickSeconds, bandwidth: bandwidth, configured: settings.decisionTau),
        bank: memory.bank(of: settings.channel, profile: profile, at: reactor.now)
          ?? IntegratorBank(profile: profile))
      announce(input.id) { input.onStatusChange = $0 }
    }
    for settings in configuration.outputs {
      let speaker = Speaker(settings.speaker)
      outputs.append(OutputFeed(speaker, settings))
      announce(speaker.id) { speaker.onStatusChange = $0 }
    }
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

  func openControl() throws(Failure) {
    do throws(UnixListener.Failure) {
      control = try ControlServer(reactor: reactor, path: paths.socket, log: log) { verb, reply in
        self.answer(verb, &reply)
      }
    } catch { throw Failure(description: "\(error)") }
  }
}
