// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

final class RunVerb: Verb {
  private static let verbose = Option("--verbose", nil, "log what is normal as well")
  private static let record = Option(
    "--record", "FILE", "write the first channel's phasors to FILE, for `selftest --trace`")

  override var name: StaticString { "run" }
  override var summary: StaticString { "runs the node until it is told to stop" }
  override var usage: StaticString { "run [--state DIR] [--verbose] [--record FILE]" }
  override var options: [Option] { [.state, Self.verbose, Self.record] }
  override var notes: StaticString {
    """
    SIGTERM or Ctrl-C stops it within a second: tone faded, state written. Exit status 2 when the
    configuration is wrong, 1 when something else keeps the node from running.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    let paths = paths(arguments)
    let log = Log(threshold: arguments.has(Self.verbose) ? .debug : .info)
    let configuration: Configuration
    do throws(ConfigurationFailure) {
      configuration = try Configuration.load(paths)
    } catch { return fail("\(error)", status: 2) }
    do throws(Node.Failure) {
      let node = try Node(
        configuration: configuration, paths: paths, log: log,
        recording: arguments.value(Self.record))
      return try node.run()
    } catch { return fail("\(error)", status: 1) }
  }

  private func fail(_ message: String, status: Int32) -> Int32 {
    StandardOutput.writeError("taumesh run: \(message)\n")
    return status
  }
}
