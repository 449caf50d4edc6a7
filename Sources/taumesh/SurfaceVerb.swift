// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime
internal import Surface

final class SurfaceVerb: Verb {
  override var name: StaticString { "surface" }
  override var summary: StaticString { "HTTP, WebSocket and MQTT for a node that starts it itself" }
  override var usage: StaticString { "surface [--state DIR]" }
  override var options: [Option] { [.state] }
  override var notes: StaticString {
    "Ends with the node. Without a node that has started it, it does nothing but say so."
  }

  override func run(_ arguments: Arguments) -> Int32 {
    Environment.beExpendable()
    do throws(ConfigurationFailure) {
      return try run(SurfaceSettings.load(paths(arguments)), paths(arguments))
    } catch { return fail("\(error)", status: 2) }
  }

  private func run(_ settings: SurfaceSettings, _ paths: NodePaths) -> Int32 {
    let reactor: Reactor
    let token: String
    do throws(SystemError) { reactor = try Reactor() } catch { return fail("\(error)", status: 1) }
    guard let stream = ByteStream.joined(reactor: reactor, queueLimit: 2 << 20) else {
      return fail("no node has started it; `taumesh run` does, where an input needs it", status: 1)
    }
    do throws(Keys.Failure) { token = try settings.token() } catch {
      return fail(error.description, status: 1)
    }
    var own = Surface.Settings(
      address: settings.address, port: settings.port, token: token,
      certificates: settings.certificates)
    own.relay = { () throws(RelayFailure) in try RelayVerb.settings(paths) }
    let surface = Surface(own, reactor: reactor, log: Log())
    if let reason = surface.run(stream) { return fail(reason, status: 1) }
    return 0
  }

  private func fail(_ message: String, status: Int32) -> Int32 {
    StandardOutput.writeError("taumesh surface: \(message)\n")
    return status
  }
}
