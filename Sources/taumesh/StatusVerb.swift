// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

/// Where the node named on the command line keeps its files.
func paths(_ arguments: Arguments) -> NodePaths {
  arguments.value(.state).map { NodePaths.under($0) } ?? .system
}

/// Where the node named on the command line answers.
func socket(_ arguments: Arguments) -> String { IPCSettings.socket(paths(arguments)) }

final class StatusVerb: Verb {
  override var name: StaticString { "status" }
  override var summary: StaticString { "shows the running node, its mesh and its devices" }
  override var usage: StaticString { "status [--state DIR] [--json]" }
  override var options: [Option] { [.state, .json] }

  override func run(_ arguments: Arguments) -> Int32 {
    let socket = socket(arguments)
    do throws(ControlClient.Failure) {
      if arguments.has(.json) {
        StandardOutput.write(
          try ControlClient.result(ControlRequest("status"), socket: socket) + "\n")
      } else {
        let status = try ControlClient.status(socket: socket)
        StandardOutput.write(StatusView(status, style: .plain).text)
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh status: \(error)\n")
      return 1
    }
  }
}
