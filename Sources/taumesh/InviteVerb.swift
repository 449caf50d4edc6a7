// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import MMP
internal import NodeCore
internal import Runtime

final class InviteVerb: Verb {
  private static let expires = Option(
    "--expires", "TIME", "refused by joining nodes after TIME, such as 1h (default: never)")
  static let code = Option("--qr", nil, "show the QR code even where no terminal is")

  override var name: StaticString { "invite" }
  override var summary: StaticString { "prints the line with which another node joins the mesh" }
  override var usage: StaticString { "invite [--state DIR] [--expires TIME] [--qr | --json]" }
  override var options: [Option] { [.state, Self.expires, Self.code, .json] }
  override var notes: StaticString {
    """
    The line holds the mesh's secret: whoever has it is a member. On a terminal that is large
    enough a QR code of it follows. To make every line there is worthless: `taumesh key rotate`.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    var seconds: Double?
    if let text = arguments.value(Self.expires) {
      seconds = NumberText.seconds(text)
      guard let seconds, (1...31_536_000).contains(seconds) else {
        StandardOutput.writeError("taumesh invite: --expires \(text): expected 1s to 8760h\n")
        return 2
      }
    }
    do throws(Keys.Failure) {
      let invitation = try Keys.invitation(paths: paths(arguments), seconds: seconds)
      if arguments.has(.json) {
        StandardOutput.write(
          "{\"mesh\":\"\(invitation.meshID)\",\"join\":\"\(invitation.text)\"}\n")
      } else {
        StandardOutput.write("\(invitation.text)\n")
        Self.showCode(invitation.text, isForced: arguments.has(Self.code))
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh invite: \(error)\n")
      return 1
    }
  }

  /// Shows the QR code of a line on a terminal; nothing where it does not fit.
  static func showCode(_ text: String, isForced: Bool) {
    guard isForced || Terminal.isInteractive else { return }
    let size = isForced ? (columns: 200, rows: 200) : Terminal.size
    for line in QRCode.lines(text, columns: size.columns, rows: size.rows) ?? [] {
      StandardOutput.write("\(line)\n")
    }
  }
}
