// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Cognition

/// The closed-form cell against the reference numbers of ncps (group `cfc_cell`).
@Suite struct CfCTests {
  private let small = CellShape(input: 3, hidden: 4, units: 5)

  private func weights(_ shape: CellShape, _ group: [String: Any]) -> [Float] {
    let tensors = group.section("tensors")
    var values: [Float] = []
    for tensor in shape.tensors {
      if tensor.columns > 0 {
        let rows = tensors.rows("\(tensor.name).weight")
        values += rows.isEmpty ? tensors.floats("\(tensor.name).weight") : rows.flatMap { $0 }
        values += tensors.floats("\(tensor.name).bias")
      } else {
        values += tensors.floats(tensor.name)
      }
    }
    return values
  }

  private func run(
    _ shape: CellShape, _ values: [Float], _ inputs: [[Float]], _ times: [Float],
    tau: [Float]? = nil
  ) -> [[Float]] {
    var cell = CfCCell(shape, start: 0)
    var state = [Float](repeating: 0, count: shape.hidden)
    return zip(inputs, times).map { input, time in
      let scaled = (0..<shape.hidden).map { time / (tau?[$0] ?? 1) }
      cell.step(values, input: input, state: &state, times: scaled)
      return state
    }
  }

  @Test(arguments: ["default", "no_gate", "pure"])
  func smallCell(_ name: String) throws {
    let group = try vectors("cfc_cell").section("small")
    var shape = small
    shape.mode = name == "default" ? .gated : name == "pure" ? .pure : .ungated
    let values = weights(shape, group)
    #expect(values.count == shape.count)
    let got = run(shape, values, group.rows("x"), group.floats("dt"))
    let want = group.rows(name)
    #expect(want.count == 4)
    for (step, expected) in want.enumerated() { #expect(close(got[step], expected), "\(step)") }
  }

  @Test func timeConstantsScaleTime() throws {
    let group = try vectors("cfc_cell").section("small")
    let scaled = group.section("tau_scaled")
    let got = run(
      small, weights(small, group), group.rows("x"), group.floats("dt"), tau: scaled.floats("tau"))
    let want = scaled.rows("h")
    #expect(want.count == 4)
    for (step, expected) in want.enumerated() { #expect(close(got[step], expected), "\(step)") }
  }

  @Test func smallWeightsComeFromTheGenerator() throws {
    let group = try vectors("cfc_cell").section("small")
    var values: [Float] = []
    EncoderWeights.append(small, seed: 2024, to: &values)
    #expect(values == weights(small, group))
  }

  @Test func bigCellAndStack() throws {
    let groups = try vectors("cfc_cell")
    let (big, stacked) = (groups.section("d64"), groups.section("stacked"))
    let all = EncoderWeights.standard
    let count = CellShape(input: 16, hidden: 64, units: 32).count
    #expect(count == Int(big.number("param_count")))
    #expect(all.values.count == Int(stacked.number("param_count_total")))
    let hash = all.values[..<count].withUnsafeBytes { SHA256.digest($0) }
    #expect(ByteText.hex(hash) == big["weights_sha256_le_f32"] as? String)

    var first = CfCCell(all.cells[0], start: 0)
    var second = CfCCell(all.cells[1], start: count)
    var random = Random(seed: 12)
    let inputs = (0..<8).map { _ in random.floats(16) }
    var h1 = [Float](repeating: 0, count: 64)
    var h2 = h1
    for (step, time) in big.floats("dt").enumerated() {
      let times = [Float](repeating: time, count: 64)
      first.step(all.values, input: inputs[step], state: &h1, times: times)
      if step == 0 { #expect(close(h1, big.floats("h_first"))) }
      second.step(all.values, input: h1, state: &h2, times: times)
    }
    #expect(close(h1, big.floats("h_last")))
    #expect(close(h1, stacked.floats("h1_last")))
    #expect(close(h2, stacked.floats("h2_last")))
  }

  @Test func nothingOverflows() {
    var values: [Float] = []
    EncoderWeights.append(small, seed: 1, to: &values)
    for index in values.indices { values[index] *= 1e4 }
    let got = run(small, values, [[1e4, -1e4, 1e4], [-1e4, 0, 0]], [.infinity, 1e30])
    for state in got { for value in state { #expect(abs(value) <= 1) } }
  }

  @Test func standardEncoderHasOneName() {
    #expect(EncoderWeights.standard == EncoderWeights.standard)
    #expect(EncoderWeights.standard.name == "f26f7a8508fdaaa5")
    #expect(EncoderWeights.standard.tau?.first == 1)
    #expect(close(Double(EncoderWeights.standard.tau?.last ?? 0), 600))
  }
}
