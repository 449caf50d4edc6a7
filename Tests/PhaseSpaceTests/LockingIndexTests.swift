// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct LockingIndexTests {
  /// The eigenvalue against what is known in closed form, and against the power of the matrix.
  @Test(arguments: [2, 3, 5, 12, 33, 60])
  func theLargestEigenvalueIsFound(count: Int) {
    var spectrum = HermitianSpectrum(capacity: count)
    var guess = [Phasor](repeating: .zero, count: count)
    let slots = Array(0..<count)[...]
    spectrum.begin(count: count)
    #expect(close(spectrum.largest(slots: slots, guess: &guess), 1, 1e-12))
    // Equal locking ρ with arbitrary offsets: λ = 1 + (N−1)ρ.
    for row in 0..<count {
      for column in 0..<row {
        spectrum.set(row: row, column: column, Phasor(angle: Double(column - row * row)) * 0)
        let offset = Phasor(angle: Double(row * row) * 0.7 - Double(column * column) * 0.7)
        spectrum.set(row: row, column: column, offset * 0.6)
      }
    }
    let found = spectrum.largest(slots: slots, guess: &guess)
    #expect(close(found, 1 + 0.6 * Double(count - 1), 1e-12))
  }

  @Test(arguments: [4, 20, 80])
  func randomMatricesAgreeWithPowerIteration(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    let samples = (0..<count).map { _ in
      (0..<20).map { _ in Phasor(cycles: random.uniform()) }
    }
    var spectrum = HermitianSpectrum(capacity: count)
    var guess = [Phasor](repeating: .zero, count: count)
    spectrum.begin(count: count)
    var matrix = [[Phasor]](
      repeating: [Phasor](repeating: Phasor(re: 1, im: 0), count: count), count: count)
    for row in 0..<count {
      for column in 0..<row {
        var sum = Phasor.zero
        for index in 0..<20 {
          sum = sum + samples[row][index] * samples[column][index].conjugate
        }
        spectrum.set(row: row, column: column, sum * 0.05)
        matrix[row][column] = sum * 0.05
        matrix[column][row] = (sum * 0.05).conjugate
      }
    }
    let found = spectrum.largest(slots: Array(0..<count)[...], guess: &guess)
    let again = spectrum.largest(slots: Array(0..<count)[...], guess: &guess)
    #expect(close(found, again, 1e-9))
    #expect(close(found, Self.power(matrix), 1e-7), "\(found)")
  }

  /// The noise floors of decision 9 at n_eff 20: L of unrelated members exceeds them once in a
  /// thousand; here seldom (≤ 0.7 %), while two thirds of the floor is exceeded often.
  @Test(arguments: [(2, 0.57), (3, 0.42), (5, 0.31), (10, 0.22)])
  func theFloorIsWhereItIsSaidToBe(count: Int, floor: Double) {
    var random = SplitMix64(seed: UInt64(count) + 20)
    var spectrum = HermitianSpectrum(capacity: count)
    var guess = [Phasor](repeating: .zero, count: count)
    let slots = Array(0..<count)[...]
    let trials = count == 10 ? 500 : 1_000
    var (above, near) = (0, 0)
    for _ in 0..<trials {
      let series = (0..<count).map { _ in (0..<20).map { _ in Phasor(cycles: random.uniform()) } }
      spectrum.begin(count: count)
      for row in 0..<count {
        for column in 0..<row {
          var sum = Phasor.zero
          for index in 0..<20 { sum = sum + series[row][index] * series[column][index].conjugate }
          spectrum.set(row: row, column: column, sum * 0.05)
        }
      }
      let index = (spectrum.largest(slots: slots, guess: &guess) - 1) / Double(count - 1)
      above += index > floor ? 1 : 0
      near += index > floor * 0.67 ? 1 : 0
    }
    #expect(Double(above) <= 0.007 * Double(trials), "\(above) of \(trials)")
    #expect(Double(near) >= 0.02 * Double(trials), "\(near) of \(trials)")
  }

  @Test func significanceCountsPairs() {
    let p = Significance.ofLocking(index: 0.5, members: 4, effectiveSamples: 40)
    #expect(close(p, 6 * exp(-10)))
    #expect(Significance.ofLocking(index: 0, members: 40, effectiveSamples: 20) == 1)
    #expect(Significance.ofLocking(index: 1, members: 1, effectiveSamples: 20) == 1)
  }

  private static func power(_ matrix: [[Phasor]]) -> Double {
    var vector = matrix.indices.map { Phasor(angle: Double($0 * $0)) }
    var value = 0.0
    for _ in 0..<1_500 {
      var next = matrix.map { row in
        zip(row, vector).reduce(Phasor.zero) { $0 + $1.0 * $1.1 }
      }
      value = next.reduce(0) { $0 + $1.squaredMagnitude }.squareRoot()
      next = next.map { $0 * (1 / value) }
      vector = next
    }
    return value
  }
}
