// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

final class WakeVerb: Verb {
  override var name: StaticString { "wake" }
  override var summary: StaticString { "wakes a node that sleeps" }
  override var usage: StaticString { "wake [--state DIR] NAME" }
  override var options: [Option] { [.state] }
  override var notes: StaticString {
    """
    Through what the node told of itself (push notification, network card) or `wake:` of the
    configuration says. `wake.cooldown` and `wake.per-hour` hold here too. What becomes of a push
    notification is in the node's log.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    guard arguments.operands.count == 1, let node = arguments.operands.first else {
      StandardOutput.writeError("taumesh wake: expected the name of one node\n")
      return 2
    }
    do throws(ControlClient.Failure) {
      let request = ControlRequest("wake", [ControlRequest.Argument("name", node)])
      _ = try ControlClient.result(request, socket: paths(arguments).socket)
      StandardOutput.write("\(node): on its way\n")
      return 0
    } catch {
      StandardOutput.writeError("taumesh wake: \(error)\n")
      return 1
    }
  }
}
