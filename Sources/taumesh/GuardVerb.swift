// SPDX-License-Identifier: Apache-2.0
internal import Guard
internal import Runtime

final class GuardVerb: Verb {
  override var name: StaticString { "guard" }
  override var summary: StaticString { "keeps the motors; started by the node, not by hand" }
  override var usage: StaticString { "guard FOLDER" }
  override var notes: StaticString {
    """
    Takes set-points by descriptor 3, a SOCK_SEQPACKET socket of the node, and keeps its lock and
    its notes in FOLDER. SIGTERM ends it, with everything at rest.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    guard arguments.operands.count == 1, let socket = RecordSocket.inherited() else {
      StandardOutput.writeError("taumesh guard: expected a FOLDER, and the node's socket\n")
      return 2
    }
    do throws(SystemError) {
      let process = try GuardProcess(socket: socket, folder: arguments.operands[0], log: Log())
      return try process.run()
    } catch {
      StandardOutput.writeError("taumesh guard: \(error)\n")
      return 1
    }
  }
}
