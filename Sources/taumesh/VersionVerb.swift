// SPDX-License-Identifier: Apache-2.0
internal import NodeCore
internal import Runtime

final class VersionVerb: Verb {
  override var name: StaticString { "version" }
  override var summary: StaticString { "prints the version" }
  override func run(_ arguments: Arguments) -> Int32 {
    StandardOutput.write("taumesh \(Version.current)\n")
    return 0
  }
}
