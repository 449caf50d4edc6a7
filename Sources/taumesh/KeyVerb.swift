// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

final class KeyVerb: Verb {
  override var name: StaticString { "key" }
  override var summary: StaticString { "replaces the mesh's secret or this node's key" }
  override var usage: StaticString {
    "key [rotate|renew] [--state DIR] [--overlap TIME] [--owner FILE] [--passphrase-file FILE]"
  }
  override var options: [Option] {
    [.state, OwnerOptions.overlap, OwnerOptions.file, OwnerOptions.passphrase]
  }
  override var notes: StaticString {
    """
    Alone it says what holds. rotate, beside a running node, draws a new secret and tells every
    member; links that stand stay. A member that is away for longer than --overlap has to be
    invited again, as has everyone with an older line of `taumesh invite`. renew gives the node of
    --state a new key of its own under its old name; from its next start on the old one is refused.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    do throws(OwnerDesk.Failure) {
      switch arguments.operands {
      case []: Self.show(try OwnerDesk.standing(socket: paths(arguments).socket))
      case ["rotate"]: try rotate(arguments)
      case ["renew"]:
        let epoch = try OwnerOptions.desk(arguments).renew(paths(arguments))
        StandardOutput.write("key \(epoch + 1) of this node; restart it to use the key\n")
      default:
        StandardOutput.writeError("usage: taumesh \(usage)\n")
        return 2
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh key: \(error)\n")
      return 1
    }
  }

  private func rotate(_ arguments: Arguments) throws(OwnerDesk.Failure) {
    let overlap = try OwnerOptions.overlap(arguments)
    let desk = try OwnerOptions.desk(arguments)
    Self.show(
      try desk.decide { standing throws(OwnerDesk.Failure) in
        guard standing.previousUntil == 0 else {
          // Whoever is away now knows neither of the two that would be left.
          throw OwnerDesk.Failure(
            description: "the secret before the current one still opens links: "
              + Self.left(standing))
        }
        return [try OwnerDesk.rotation(overlap: overlap, isGuarded: false)]
      })
  }

  static func show(_ standing: OwnerDesk.Standing) {
    let owner = standing.owner.isEmpty ? "nobody yet" : standing.owner
    var text = "mesh \(standing.meshID) belongs to \(owner)\n"
    text += standing.rotated == 0 ? "its secret is the first one\n" : ""
    if standing.previousUntil > 0 {
      text += "a new secret holds; the old one opens links for \(left(standing))\n"
    }
    for node in standing.revoked { text += "revoked: \(node)\n" }
    StandardOutput.write(text)
  }

  private static func left(_ standing: OwnerDesk.Standing) -> String {
    let now = MonotonicClock.wallTime / 1_000_000
    let minutes = max(0, (Int64(clamping: standing.previousUntil) - now) / 60_000)
    if minutes < 1 { return "less than a minute" }
    return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h"
  }
}
