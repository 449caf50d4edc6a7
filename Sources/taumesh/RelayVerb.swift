// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime
internal import Surface

final class RelayVerb: Verb {
  private static let address = Option("--address", "ADDRESS", "listen there; 0.0.0.0 by itself")
  private static let port = Option("--port", "PORT", "TCP port, 9002 by itself; 0 takes a free one")
  private static let label = Option("--name", "NAME", "what peers call the relay")
  private static let token = Option("--token-file", "FILE", "the token that clients must show")
  private static let channels = Option(
    "--channels", "FILE", "a token and its channel in each line; channels do not hear each other")
  private static let groups = Option(
    "--groups", nil, "give each group, by its id and token, a channel of its own")

  override var name: StaticString { "relay" }
  override var summary: StaticString { "forwards between nodes that cannot reach each other" }
  override var usage: StaticString {
    "relay [--state DIR] [--address ADDRESS] [--port PORT] [--name NAME] [--token-file FILE] [--channels FILE] [--groups]"
  }
  override var options: [Option] {
    [.state, Self.address, Self.port, Self.label, Self.token, Self.channels, Self.groups]
  }
  override var notes: StaticString {
    """
    Without a token everyone is let in. What options do not say is taken from the section `relay`
    of the configuration, where there is one. Who was met is kept in relay.json, the relay's own
    identity in relay.key. A proxy before it may add TLS.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    let paths = paths(arguments)
    var settings: RelaySettings
    do throws(ConfigurationFailure) {
      settings = try RelaySettings.load(paths) ?? RelaySettings()
    } catch { return fail("\(error)", status: 2) }
    if let address = arguments.value(Self.address) { settings.address = address }
    if let text = arguments.value(Self.port) {
      guard let port = UInt16(text) else {
        return fail("--port \(text): expected 0 to 65535", status: 2)
      }
      settings.port = port
    }
    settings.name = arguments.value(Self.label) ?? settings.name
    settings.tokenFile = arguments.value(Self.token) ?? settings.tokenFile
    settings.channelsFile = arguments.value(Self.channels) ?? settings.channelsFile
    if arguments.has(Self.groups) { settings.servesGroups = true }
    return serve(settings, paths)
  }

  private func serve(_ settings: RelaySettings, _ paths: NodePaths) -> Int32 {
    let log = Log()
    do throws(SystemError) {
      try Folder.create(paths.state, mode: 0o750)
      let reactor = try Reactor()
      guard let service = start(settings, paths, reactor, log) else { return 1 }
      let signals = try SignalSource(reactor: reactor, [.terminate, .interrupt]) { _ in
        reactor.stop()
      }
      log.info("relay", "\(service.name) listens on \(settings.address) port \(service.port)")
      reactor.after(3_000_000_000) { Environment.settleMemory() }
      reactor.run()
      service.stop()
      signals.close()
    } catch { return fail("\(error)", status: 1) }
    return 0
  }

  private func start(
    _ settings: RelaySettings, _ paths: NodePaths, _ reactor: Reactor, _ log: Log
  ) -> RelayService? {
    do throws(RelayFailure) {
      return try RelayService(Self.settings(settings, paths), reactor: reactor, log: log)
    } catch {
      _ = fail(error.description, status: 1)
      return nil
    }
  }

  /// What the section `relay` of a node's configuration says.
  static func settings(_ paths: NodePaths) throws(RelayFailure) -> RelayService.Settings {
    let found: RelaySettings?
    do throws(ConfigurationFailure) { found = try RelaySettings.load(paths) } catch {
      throw RelayFailure(description: "\(error)")
    }
    return try settings(found ?? RelaySettings(), paths)
  }

  private static func settings(_ settings: RelaySettings, _ paths: NodePaths)
    throws(RelayFailure) -> RelayService.Settings
  {
    do throws(Keys.Failure) {
      return RelayService.Settings(
        address: settings.address, port: settings.port, rules: try settings.rules(paths),
        directory: paths.relayDirectory)
    } catch { throw RelayFailure(description: error.description) }
  }

  private func fail(_ message: String, status: Int32) -> Int32 {
    StandardOutput.writeError("taumesh relay: \(message)\n")
    return status
  }
}
