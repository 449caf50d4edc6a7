// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

final class BenchVerb: Verb {
  private static let only = Option(
    "--only", "NAME", "measure only what has a key beginning with NAME")

  override var name: StaticString { "bench" }
  override var summary: StaticString { "measures what things cost on this machine" }
  override var usage: StaticString { "bench [--json] [--only NAME]" }
  override var options: [Option] { [.json, Self.only] }
  override var notes: StaticString {
    """
    NAME may be the beginning of several keys: ns_, pulse, allocs. Times are medians; a pulse's
    is one way, half of a round trip between two processes. Memory is that of a node with two
    peers, all three started for it. The exit status never says how fast anything was.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    if arguments.operands == [HopPartner.word] { return HopPartner.run() }
    let only = arguments.value(Self.only)
    guard BenchKey.allCases.contains(where: { $0.rawValue.hasPrefix(only ?? "") }) else {
      let keys = BenchKey.allCases.map { $0.rawValue }.joined(separator: ", ")
      return fail("--only \(only ?? ""): expected the beginning of one of \(keys)", status: 2)
    }
    var bench = Bench(only: only, effort: .full) { subject in
      if Terminal.isInteractive { StandardOutput.writeError("measuring \(subject)\n") }
    }
    do throws(BenchFailure) { try bench.run() } catch { return fail("\(error)", status: 1) }
    if bench.isInterrupted { return fail("interrupted", status: 130) }
    show(bench.report, asJSON: arguments.has(.json))
    return 0
  }

  private func show(_ report: BenchReport, asJSON: Bool) {
    guard asJSON else { return StandardOutput.write(Self.text(report)) }
    var json = JSONWriter()
    json.object(report.write)
    StandardOutput.write(String(decoding: json.bytes, as: UTF8.self) + "\n")
    for line in report.missing { StandardOutput.writeError("taumesh bench: \(line)\n") }
  }

  private static func text(_ report: BenchReport) -> String {
    var table = Table(["figure", "value", "unit", "goal", "verdict", "of"])
    for figure in report.figures {
      let goal = report.goal(figure.key)
      let part = figure.part.isEmpty ? "" : " \(figure.part)"
      table.add([
        figure.key.rawValue + part, number(figure.value), figure.key.unit,
        goal.map { "≤ \(number($0))" } ?? "-",
        goal.map { figure.value <= $0 ? "met" : "missed" } ?? "-", figure.note,
      ])
    }
    return table.text + report.missing.map { "not measured: \($0)\n" }.joined()
  }

  private static func number(_ value: Double) -> String {
    Format.decimal(value, value == value.rounded() || value >= 100 ? 0 : 2)
  }

  private func fail(_ message: String, status: Int32) -> Int32 {
    StandardOutput.writeError("taumesh bench: \(message)\n")
    return status
  }
}
