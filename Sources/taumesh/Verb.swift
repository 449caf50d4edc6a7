// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// One thing `taumesh` can be told to do.
///
/// A class, since a table of verbs needs one type.
class Verb {
  var name: StaticString { "" }
  /// One line for the list of verbs.
  var summary: StaticString { "" }
  /// How it is called, after `taumesh`.
  var usage: StaticString { name }
  var options: [Option] { [] }
  /// Further lines for its own help page.
  var notes: StaticString { "" }

  /// - Returns: The exit status: 0 done, 1 failed, 2 called wrongly.
  func run(_ arguments: Arguments) -> Int32 { 2 }

  final func printHelp() {
    StandardOutput.write("usage: taumesh \(usage)\n\n\(summary)\n\n")
    for option in options + [.help] {
      let value = option.value.map { " \($0)" } ?? ""
      StandardOutput.write("  \(Format.padded("\(option.name)\(value)", to: 20))  \(option.help)\n")
    }
    if notes.utf8CodeUnitCount > 0 { StandardOutput.write("\n\(notes)\n") }
  }
}
