// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Devices
internal import NodeCore
internal import Runtime

/// What verbs for the owner of a mesh have in common.
enum OwnerOptions {
  static let file = Option(
    "--owner", "FILE", "the owner's key (default: ~/.config/taumesh/owner.key)")
  static let passphrase = Option(
    "--passphrase-file", "FILE", "read the passphrase from FILE instead of the terminal")
  static let overlap = Option(
    "--overlap", "TIME", "how long the old secret opens links beside the new one (default: 24h)")

  static func path(_ arguments: Arguments) -> String {
    arguments.value(file) ?? OwnerDesk.usualFile
  }

  /// The owner's desk, opened with the passphrase.
  static func desk(_ arguments: Arguments) throws(OwnerDesk.Failure) -> OwnerDesk {
    try OwnerDesk(
      file: path(arguments), passphrase: try secret(arguments, "passphrase of the owner's key: "),
      paths: paths(arguments))
  }

  /// A passphrase from the file named or, unseen, from the terminal.
  static func secret(_ arguments: Arguments, _ prompt: StaticString) throws(OwnerDesk.Failure)
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    if let file = arguments.value(passphrase) {
      do throws(StateFile.Failure) {
        bytes = try StateFile.read(file, limit: 4096, isSecret: true) ?? []
      } catch { throw OwnerDesk.Failure(description: "\(error)") }
      while bytes.last == 10 || bytes.last == 13 { bytes.removeLast() }
    } else if let text = getpass(prompt.description) {
      bytes = Array(String(cString: text).utf8)
    }
    guard !bytes.isEmpty else {
      throw OwnerDesk.Failure(description: "expected a passphrase, from the terminal or a file")
    }
    return bytes
  }

  /// Seconds of `--overlap`, between a minute and 30 days.
  static func overlap(_ arguments: Arguments) throws(OwnerDesk.Failure) -> Double {
    guard let text = arguments.value(overlap) else { return 86_400 }
    guard let seconds = NumberText.seconds(text), (1...2_592_000).contains(seconds) else {
      throw OwnerDesk.Failure(description: "--overlap \(text): expected 1s to 720h")
    }
    return seconds
  }
}

final class OwnerVerb: Verb {
  override var name: StaticString { "owner" }
  override var summary: StaticString { "makes the key of the mesh's owner, and gives it the mesh" }
  override var usage: StaticString {
    "owner init|claim|show [--state DIR] [--owner FILE] [--passphrase-file FILE]"
  }
  override var options: [Option] { [.state, OwnerOptions.file, OwnerOptions.passphrase] }
  override var notes: StaticString {
    """
    init makes the key: a file sealed with a passphrase, kept on the owner's machine, never on a
    board. claim, beside a running node, tells every member whose word counts from now on: the
    first who claims a mesh has it. show prints the public key, for `mesh.owner`.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    do throws(OwnerDesk.Failure) {
      switch arguments.operands {
      case ["init"]: try found(arguments)
      case ["claim"]:
        let standing = try OwnerOptions.desk(arguments).decide { _ in [] }
        StandardOutput.write("mesh \(standing.meshID) belongs to \(standing.owner)\n")
      case ["show"]:
        StandardOutput.write("\(try OwnerDesk.publicKey(file: OwnerOptions.path(arguments)))\n")
      default:
        StandardOutput.writeError("usage: taumesh \(usage)\n")
        return 2
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh owner: \(error)\n")
      return 1
    }
  }

  private func found(_ arguments: Arguments) throws(OwnerDesk.Failure) {
    let first = try OwnerOptions.secret(arguments, "new passphrase: ")
    let again = try OwnerOptions.secret(arguments, "the same again: ")
    guard first == again else {
      throw OwnerDesk.Failure(description: "the two passphrases differ; nothing was written")
    }
    let file = OwnerOptions.path(arguments)
    let key = try OwnerDesk.found(file: file, passphrase: first)
    StandardOutput.write("\(file): owner \(key)\nKeep a copy: it cannot be made again.\n")
  }
}
