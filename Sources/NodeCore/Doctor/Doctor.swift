// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Guard
internal import Inputs
internal import MMP
internal import Outputs
internal import Runtime

/// Looks at everything a node needs on this machine and says what is wrong with each.
package struct Doctor {
  private let paths: NodePaths
  private var findings: [Finding] = []

  package init(paths: NodePaths) { self.paths = paths }

  /// All findings, in the order of the way from configuration to devices.
  package mutating func examine() -> [Finding] {
    let configuration = examineConfiguration()
    examineKeys(configuration)
    examineFolder()
    let isRunning = examineNode()
    if let configuration {
      if !isRunning { examinePort(configuration.mesh) }
      examineDevices(configuration, isRunning: isRunning)
      if !configuration.motors.isEmpty { examineLines() }
    }
    listSoundDevices()
    listCameras()
    listGPIOChips()
    if !isRunning { listI2CChips() }
    return findings
  }

  private mutating func add(_ verdict: Finding.Verdict, _ subject: String, _ detail: String) {
    findings.append(Finding(verdict, subject, detail))
  }

  private mutating func examineConfiguration() -> Configuration? {
    do throws(ConfigurationFailure) {
      let configuration = try Configuration.load(paths)
      let counts = "\(configuration.inputs.count) inputs, \(configuration.outputs.count) outputs"
      let isEmpty = configuration.inputs.isEmpty && configuration.outputs.isEmpty
      add(isEmpty ? .warning : .good, paths.configuration, counts)
      return configuration
    } catch {
      add(.problem, paths.configuration, "\(error)")
      return nil
    }
  }

  private mutating func examineKeys(_ configuration: Configuration?) {
    do throws(StateFile.Failure) {
      if try StateFile.read(paths.identity, isSecret: true) == nil {
        add(.warning, paths.identity, "not there yet; made at the first start")
      } else {
        do throws(Keys.Failure) {
          let identity = try Keys.identity(paths.identity)
          add(.good, paths.identity, "node \(identity.nodeID)")
        } catch { add(.problem, paths.identity, "\(error)") }
      }
    } catch { add(.problem, paths.identity, "\(error)") }
    guard let configuration else { return }
    do throws(Keys.Failure) {
      _ = try Keys.secret(configuration.mesh.secretFile)
      add(.good, configuration.mesh.secretFile, "secret of mesh \(configuration.mesh.id)")
    } catch { add(.problem, configuration.mesh.secretFile, "\(error)") }
  }

  /// Whether state can be written where it belongs.
  private mutating func examineFolder() {
    let probe = "\(paths.state)/doctor.probe"
    do throws(StateFile.Failure) {
      try StateFile.write(probe, [1])
      StateFile.remove(probe)
      add(.good, paths.state, "can be written")
    } catch { add(.problem, paths.state, "\(error)") }
  }

  private mutating func examineNode() -> Bool {
    do throws(ControlClient.Failure) {
      let status = try ControlClient.status(socket: IPCSettings.socket(paths))
      add(.good, paths.socket, "\(status.name) runs, \(status.peers.count) peers")
      return true
    } catch {
      add(.good, paths.socket, "no node runs here now")
      return false
    }
  }

  private mutating func examinePort(_ mesh: MeshSettings) {
    let subject = "port \(mesh.port)"
    do throws(SystemError) {
      let reactor = try Reactor()
      let address = mesh.address ?? .anyIPv4(port: mesh.port)
      let listener = try TCPListener(reactor: reactor, at: address) { $0.close() }
      let socket = try UDPSocket(reactor: reactor, at: address) { _, _, _ in }
      listener.close()
      socket.close()
      add(.good, subject, "free for TCP and UDP")
    } catch { add(.problem, subject, "\(error)") }
  }

  private mutating func examineDevices(_ configuration: Configuration, isRunning: Bool) {
    let services: AdapterServices
    do throws(SystemError) {
      services = AdapterServices(
        reactor: try Reactor(), configurationPath: paths.configuration, statePath: paths.state)
    } catch { return add(.problem, "devices", "\(error)") }
    for settings in configuration.inputs {
      let input = settings.input
      examine("input \(input.id)", input.device, isRunning) { () throws(AdapterProblem) in
        try input.probe(services)
      }
    }
    for settings in configuration.outputs {
      let output = settings.output
      examine("output \(output.id)", output.device, isRunning) { () throws(AdapterProblem) in
        try output.probe(services)
      }
    }
  }

  private mutating func examine(
    _ subject: String, _ device: String, _ isRunning: Bool,
    _ probe: () throws(AdapterProblem) -> String
  ) {
    guard !isRunning else {
      return add(.good, subject, "\(device): in the running node's hands; see its status")
    }
    do throws(AdapterProblem) { add(.good, subject, try probe()) } catch {
      add(.problem, subject, error.problem)
    }
  }

  /// What becomes of a motor's lines when their process is killed.
  private mutating func examineLines() {
    let persistence = LinePersistence.read()
    if let warning = persistence.warning {
      add(.warning, LinePersistence.parameter, warning)
    } else {
      add(.good, "GPIO outputs", "become inputs when their process is gone")
    }
  }

  private mutating func listCameras() {
    for camera in Cameras.list { add(.good, "camera \(camera.path)", camera.card) }
  }

  private mutating func listGPIOChips() {
    for chip in GPIOPlace.chips() { add(.good, "GPIO chip \(chip.label)", "\(chip.lines) lines") }
  }

  private mutating func listSoundDevices() {
    let devices = SoundCards.list
    if devices.isEmpty { add(.warning, "sound", "ALSA offers no device at all") }
    for device in devices {
      let direction =
        device.captures && device.plays
        ? "captures and plays" : device.captures ? "captures" : "plays"
      add(.good, "sound \(device.name)", "\(direction): \(device.summary)")
    }
  }

  /// Not while a node runs: reading one chip's identity between its measurement's steps spoils it.
  private mutating func listI2CChips() {
    for finding in I2CScan.findings() {
      add(finding.isProblem ? .problem : .good, finding.subject, finding.detail)
    }
  }
}
