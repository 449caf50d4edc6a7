// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

/// Verbs that hand words to the running node: what to remember, to look for, to feel, to say.
final class WordVerb: Verb {
  private let verb: StaticString
  private let about: StaticString
  private let form: StaticString
  private let option: Option?
  /// The option's name in the request.
  private let key: String

  /// Longest text of a request, bytes: it must fit a line of the control socket.
  private static let longest = 3500

  private static let tags = Option("--tags", "A,B", "words to find it by, with commas between")
  private static let receiver = Option("--to", "NAME", "only to the peer of this name or nodeId")

  static var remember: WordVerb {
    WordVerb(
      "remember", "gives the node a memory, which it shares with nodes of its mind",
      "remember TEXT [--tags A,B] [--state DIR]", tags, "tags")
  }
  static var recall: WordVerb {
    WordVerb(
      "recall", "shows what the node remembers, the newest first",
      "recall [WORDS] [--json] [--state DIR]", nil, "")
  }
  static var mood: WordVerb {
    WordVerb(
      "mood", "tells all peers how this node feels", "mood TEXT [--state DIR]", nil, "")
  }
  static var send: WordVerb {
    WordVerb(
      "send", "says something to all peers, or to one", "send TEXT [--to NAME] [--state DIR]",
      receiver, "to")
  }

  private init(
    _ verb: StaticString, _ about: StaticString, _ form: StaticString, _ option: Option?,
    _ key: String
  ) {
    (self.verb, self.about, self.form) = (verb, about, form)
    (self.option, self.key) = (option, key)
  }

  override var name: StaticString { verb }
  override var summary: StaticString { about }
  override var usage: StaticString { form }
  private var isRecall: Bool { verb.description == "recall" }
  override var options: [Option] {
    [.state] + (isRecall ? [.json] : []) + (option.map { [$0] } ?? [])
  }

  override func run(_ arguments: Arguments) -> Int32 {
    let text = arguments.operands.reduce("") { $0.isEmpty ? $1 : $0 + " " + $1 }
    guard isRecall || !text.isEmpty, text.utf8.count <= Self.longest else {
      StandardOutput.writeError(
        "taumesh \(verb): expected a text of 1 to \(Self.longest) bytes\nusage: taumesh \(form)\n")
      return 2
    }
    var words = [ControlRequest.Argument("text", text)]
    if let option, let value = arguments.value(option) { words.append(.init(key, value)) }
    let socket = paths(arguments).socket
    do throws(ControlClient.Failure) {
      let request = ControlRequest(verb.description, words)
      if isRecall, !arguments.has(.json) {
        StandardOutput.write(try ControlClient.memories(request, socket: socket))
      } else {
        StandardOutput.write(try ControlClient.result(request, socket: socket) + "\n")
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh \(verb): \(error)\n")
      return 1
    }
  }
}
