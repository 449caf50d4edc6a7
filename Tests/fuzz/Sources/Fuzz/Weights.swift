// SPDX-License-Identifier: Apache-2.0
import Cognition

/// Weight files: what is taken runs, and gives finite numbers.
func fuzzWeights(_ bytes: UnsafeRawBufferPointer) {
  let weights: EncoderWeights
  do throws(WeightFile.Failure) { weights = try WeightFile.read(Array(bytes)) } catch { return }
  var start = 0
  for shape in weights.cells {
    var cell = CfCCell(shape, start: start)
    var state = [Float](repeating: 0, count: shape.hidden)
    let times = [Float](repeating: 1, count: shape.hidden)
    let input = [Float](repeating: 0.5, count: shape.input)
    cell.step(weights.values, input: input, state: &state, times: times)
    start += shape.count
  }
  precondition(start == weights.values.count, "weights that no cell uses")
}
