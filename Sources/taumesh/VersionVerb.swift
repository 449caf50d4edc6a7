// SPDX-License-Identifier: Apache-2.0
internal import NodeCore

final class VersionVerb: Verb {
  override var name: StaticString { "version" }
  override var summary: StaticString { "prints the version" }
  override func run(_ arguments: Arguments) -> Int32 {
    Terminal.write("taumesh \(Version.current)\n")
    return 0
  }
}
