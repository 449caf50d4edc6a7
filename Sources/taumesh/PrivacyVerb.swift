// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

final class PrivacyVerb: Verb {
  override var name: StaticString { "privacy" }
  override var summary: StaticString { "lists what of each input leaves this node" }
  override var usage: StaticString { "privacy [--state DIR] [--json]" }
  override var options: [Option] { [.state, .json] }
  override var notes: StaticString { "As the configuration says; set with `share:` of an input." }

  override func run(_ arguments: Arguments) -> Int32 {
    do throws(ConfigurationFailure) {
      let configuration = try Configuration.load(paths(arguments))
      guard arguments.has(.json) else {
        StandardOutput.write(configuration.privacyText)
        return 0
      }
      var json = JSONWriter()
      json.array { list in configuration.writePrivacy(&list) }
      StandardOutput.write(String(decoding: json.bytes, as: UTF8.self) + "\n")
      return 0
    } catch {
      StandardOutput.writeError("taumesh privacy: \(error)\n")
      return 1
    }
  }
}
