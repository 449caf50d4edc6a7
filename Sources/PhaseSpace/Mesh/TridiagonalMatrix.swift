// SPDX-License-Identifier: Apache-2.0

/// A small real symmetric tridiagonal matrix that grows by a row at a time, and its top eigenpair.
struct TridiagonalMatrix: Sendable {
  private(set) var count = 0
  private var diagonal: [Double]
  private var beside: [Double]
  private var pivots: [Double]
  /// The unit eigenvector of the largest eigenvalue, after `solve`.
  private(set) var vector: [Double]

  init(capacity: Int) {
    diagonal = Array(repeating: 0, count: capacity)
    beside = diagonal
    pivots = diagonal
    vector = diagonal
  }

  mutating func removeAll() { count = 0 }

  /// Adds a row: its diagonal element, and the element that joins it to the row before.
  mutating func append(_ element: Double, joined: Double) {
    diagonal[count] = element
    beside[count] = count == 0 ? 0 : joined
    count += 1
  }

  /// Finds the largest eigenvalue, by bisection to the last bits, and its vector.
  ///
  /// Source: Golub and Van Loan, "Matrix Computations", 4th ed., §8.4 (Sturm sequences).
  mutating func solve() -> Double {
    var low = diagonal[0]
    var high = diagonal[0]
    for row in 0..<count {
      let next = row + 1 < count ? beside[row + 1] : 0
      low = max(low, diagonal[row])
      high = max(high, diagonal[row] + abs(beside[row]) + abs(next))
    }
    for _ in 0..<64 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if isAboveAll(middle) { high = middle } else { low = middle }
    }
    findVector(above: high)
    return low + (high - low) / 2
  }

  /// Whether `value` exceeds every eigenvalue: all pivots of value·I − T are positive.
  private mutating func isAboveAll(_ value: Double) -> Bool {
    for row in 0..<count {
      let carried = row == 0 ? 0 : beside[row] * beside[row] / pivots[row - 1]
      pivots[row] = value - diagonal[row] - carried
      if !(pivots[row] > 0) { return false }
    }
    return true
  }

  /// Inverse iteration from just above the largest eigenvalue, where the system is definite and
  /// needs no pivoting.
  private mutating func findVector(above value: Double) {
    var shift = 1e-14 * max(1, abs(value))
    while !isAboveAll(value + shift) { shift *= 2 }
    for row in 0..<count { vector[row] = 1 }
    for _ in 0..<3 {
      for row in 1..<max(count, 2) where row < count {
        vector[row] += beside[row] / pivots[row - 1] * vector[row - 1]
      }
      var squares = 0.0
      for row in stride(from: count - 1, through: 0, by: -1) {
        let next = row + 1 < count ? beside[row + 1] * vector[row + 1] : 0
        vector[row] = (vector[row] + next) / pivots[row]
        squares += vector[row] * vector[row]
      }
      let scale = 1 / squares.squareRoot()
      for row in 0..<count { vector[row] *= scale }
    }
  }
}
