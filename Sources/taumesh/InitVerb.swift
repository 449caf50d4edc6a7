// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

final class InitVerb: Verb {
  private static let node = Option("--name", "NAME", "the node's name (default: the host's)")
  private static let profile = Option(
    "--profile", "PROFILE", "zero, pi2, pi4, server or cloud (default: server)")
  private static let mesh = Option("--mesh", "ID", "found a mesh of this id (default: home)")
  private static let join = Option("--join", "LINE", "join the mesh of a `taumesh invite` line")

  override var name: StaticString { "init" }
  override var summary: StaticString { "writes a commented configuration and the node's keys" }
  override var usage: StaticString {
    "init [--state DIR] [--name NAME] [--profile PROFILE] [--mesh ID | --join LINE]"
  }
  override var options: [Option] { [.state, Self.node, Self.profile, Self.mesh, Self.join] }
  override var notes: StaticString { "Nothing that exists already is overwritten." }

  override func run(_ arguments: Arguments) -> Int32 {
    do throws(Founding.Failure) {
      let founding = try Founding(
        paths: paths(arguments), name: arguments.value(Self.node),
        profile: arguments.value(Self.profile), meshID: arguments.value(Self.mesh),
        invitation: arguments.value(Self.join))
      for line in try founding.write() { StandardOutput.write("\(line)\n") }
      return 0
    } catch {
      StandardOutput.writeError("taumesh init: \(error)\n")
      return 1
    }
  }
}
