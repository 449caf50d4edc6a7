// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

final class InviteVerb: Verb {
  override var name: StaticString { "invite" }
  override var summary: StaticString { "prints the line with which another node joins the mesh" }
  override var usage: StaticString { "invite [--state DIR] [--json]" }
  override var options: [Option] { [.state, .json] }
  override var notes: StaticString {
    "The line holds the mesh's secret: whoever has it is a member."
  }

  override func run(_ arguments: Arguments) -> Int32 {
    do throws(Keys.Failure) {
      let invitation = try Keys.invitation(paths: paths(arguments))
      if arguments.has(.json) {
        StandardOutput.write(
          "{\"mesh\":\"\(invitation.meshID)\",\"join\":\"\(invitation.text)\"}\n")
      } else {
        StandardOutput.write("\(invitation.text)\n")
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh invite: \(error)\n")
      return 1
    }
  }
}
