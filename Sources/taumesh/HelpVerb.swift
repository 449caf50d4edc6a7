// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

/// `help adapters`: what a configuration may say of every input and output.
final class HelpVerb: Verb {
  override var name: StaticString { "help" }
  override var summary: StaticString { "shows a verb's options, or the reference of all adapters" }
  override var usage: StaticString { "help [VERB | adapters [TYPE] [--json]]" }
  override var options: [Option] { [.json] }

  override func run(_ arguments: Arguments) -> Int32 {
    guard arguments.operands.first == "adapters", arguments.operands.count <= 2 else { return 2 }
    let type = arguments.operands.count > 1 ? arguments.operands[1] : nil
    guard let reference = AdapterReference(type) else {
      StandardOutput.writeError(
        "taumesh help: no adapter is called \(type ?? ""); expected one of "
          + "\(AdapterReference.names.reduce("") { $0.isEmpty ? $1 : "\($0), \($1)" })\n")
      return 2
    }
    guard arguments.has(.json) else {
      StandardOutput.write(reference.text)
      return 0
    }
    var json = JSONWriter()
    json.object { reference.write(&$0) }
    StandardOutput.write(String(decoding: json.bytes, as: UTF8.self) + "\n")
    return 0
  }
}
