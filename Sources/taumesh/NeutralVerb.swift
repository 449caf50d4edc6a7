// SPDX-License-Identifier: Apache-2.0
internal import Guard
internal import NodeCore
internal import Runtime

final class NeutralVerb: Verb {
  override var name: StaticString { "neutral" }
  override var summary: StaticString { "brings every motor to rest, whatever became of the node" }
  override var usage: StaticString { "neutral [--state DIR]" }
  override var options: [Option] { [.state] }
  override var notes: StaticString {
    """
    Ends the guard if there is one, and turns off every wire it drove, or those of the configuration
    where no guard has run. A running node starts a new guard afterwards: stop it first, or let the
    service manager call this when it has stopped. Exit status 1 when a wire could not be turned off.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    let paths = paths(arguments)
    var configured: [MotorSettings] = []
    var problem: String?
    do throws(ConfigurationFailure) {
      configured = try Configuration.load(paths).motors
    } catch { problem = "\(error)" }
    let folder = Folder.containing(paths.socket)
    let pass = NeutralPass.run(folder: folder, configured: configured)
    if pass.outcomes.isEmpty, let problem { return fail(problem) }
    var status: Int32 = 0
    // Without motors there is no lock to have.
    if let lockProblem = pass.lockProblem, !pass.outcomes.isEmpty { status = fail(lockProblem) }
    for outcome in pass.outcomes {
      if outcome.problems.isEmpty { StandardOutput.write("\(outcome.id): at rest\n") }
      for problem in outcome.problems { status = fail("\(outcome.id): \(problem)") }
    }
    return status
  }

  private func fail(_ message: String) -> Int32 {
    StandardOutput.writeError("taumesh neutral: \(message)\n")
    return 1
  }
}
