// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Runtime

@main
enum Main {
  static var verbs: [Verb] {
    [
      InitVerb(), RunVerb(), StatusVerb(), PeersVerb(), InviteVerb(), OwnerVerb(), KeyVerb(),
      NodeVerb(), GroupVerb(), WatchVerb(), DoctorVerb(),
      CalibrateVerb(), PrivacyVerb(), WakeVerb(), SelfTestVerb(), BenchVerb(), VersionVerb(),
      NeutralVerb(),
      WordVerb.remember, WordVerb.recall, WordVerb.mood, WordVerb.send,
      GuardVerb(), SurfaceVerb(), RelayVerb(), HelpVerb(),
    ]
  }

  static func main() {
    exit(status(of: Environment.arguments))
  }

  private static func status(of words: [String]) -> Int32 {
    guard let first = words.first else {
      printUsage({ StandardOutput.writeError($0) })
      return 2
    }
    if first == "--help" || first == "-h" || first == "help" {
      if first == "help", words.count > 1 {
        guard let verb = verb(named: words[1]) else { return run(HelpVerb(), Array(words[1...])) }
        verb.printHelp()
      } else {
        printUsage({ StandardOutput.write($0) })
      }
      return 0
    }
    let name = first == "--version" ? "version" : first
    guard let verb = verb(named: name) else {
      StandardOutput.writeError("taumesh: unknown verb \(first); `taumesh --help` lists them\n")
      return 2
    }
    return run(verb, Array(words.dropFirst()))
  }

  private static func run(_ verb: Verb, _ words: [String]) -> Int32 {
    if words.contains("--help") || words.contains("-h") {
      verb.printHelp()
      return 0
    }
    do throws(Arguments.Failure) {
      return verb.run(try Arguments(words, options: verb.options))
    } catch {
      StandardOutput.writeError(
        "taumesh \(verb.name): \(error.message)\nusage: taumesh \(verb.usage)\n")
      return 2
    }
  }

  private static func verb(named name: String) -> Verb? {
    verbs.first { $0.name.description == name }
  }

  private static func printUsage(_ write: (String) -> Void) {
    write("usage: taumesh VERB [OPTION ...]\n\nBoards that listen, share phase and act as one.\n\n")
    for verb in verbs {
      write("  \(Format.padded("\(verb.name)", to: 10))  \(verb.summary)\n")
    }
    write("\n`taumesh VERB --help` shows a verb's options.\n")
  }
}
