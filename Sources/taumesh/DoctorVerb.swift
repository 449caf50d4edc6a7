// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

final class DoctorVerb: Verb {
  override var name: StaticString { "doctor" }
  override var summary: StaticString { "looks at files, ports and devices, and says what is wrong" }
  override var usage: StaticString { "doctor [--state DIR] [--json]" }
  override var options: [Option] { [.state, .json] }
  override var notes: StaticString { "Exit status 1 when there is a problem." }

  override func run(_ arguments: Arguments) -> Int32 {
    var doctor = Doctor(paths: paths(arguments))
    let findings = doctor.examine()
    if arguments.has(.json) {
      var json = JSONWriter()
      json.array { list in for finding in findings { list.object(finding.write) } }
      StandardOutput.write(String(decoding: json.bytes, as: UTF8.self) + "\n")
    } else {
      for finding in findings {
        let verdict = Format.padded(finding.verdict.description, to: 7)
        StandardOutput.write("\(verdict)  \(finding.subject): \(finding.detail)\n")
      }
    }
    return findings.contains { $0.verdict == .problem } ? 1 : 0
  }
}
