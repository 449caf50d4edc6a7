// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

final class SelfTestVerb: Verb {
  private static let vectors = Option("--vectors", "FILE", "check all vectors of FILE as well")
  private static let trace = Option(
    "--trace", "FILE", "print the mesh state after a recorded phasor trace instead")

  override var name: StaticString { "selftest" }
  override var summary: StaticString { "checks this binary's mathematics and libraries" }
  override var usage: StaticString { "selftest [--vectors FILE] | selftest --trace FILE" }
  override var options: [Option] { [Self.vectors, Self.trace] }

  override func run(_ arguments: Arguments) -> Int32 {
    if let path = arguments.value(Self.trace) { return replay(path) }
    var test = SelfTest()
    test.run()
    if let path = arguments.value(Self.vectors) { test.run(vectors: path) }
    for failure in test.failures { StandardOutput.write("FAILED \(failure)\n") }
    StandardOutput.write("\(test.comparisons) checked, \(test.failures.count) failed\n")
    return test.failures.isEmpty ? 0 : 1
  }

  private func replay(_ path: String) -> Int32 {
    do throws(TraceReplay.Failure) {
      let state = try TraceReplay.state(ofFile: path)
      var json = JSONWriter()
      json.object(state.write)
      StandardOutput.write(String(decoding: json.bytes, as: UTF8.self) + "\n")
      return 0
    } catch {
      StandardOutput.writeError("taumesh selftest: \(path): \(error)\n")
      return 1
    }
  }
}
