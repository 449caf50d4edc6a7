// SPDX-License-Identifier: Apache-2.0

/// The largest eigenvalue of a Hermitian matrix with unit diagonal, given by its lower triangle.
///
/// Lanczos iteration with full reorthogonalisation, started from the vector found last time. For up
/// to 32 members it ends with the whole space, so the result is exact to rounding; for more it is
/// restarted up to 8 times until the residual is below 1e-9 (the error is at most that, and mostly
/// its square). Every machine does the same additions in the same order.
/// Source: Golub and Van Loan, "Matrix Computations", 4th ed., §10.1.
struct HermitianSpectrum: Sendable {
  private static let depth = 32
  private static let restarts = 8
  private static let tolerance = 1e-9

  /// The largest number of rows.
  let capacity: Int
  /// The number of rows now.
  private(set) var count = 0
  /// Element (row, column < row) at row(row−1)/2 + column.
  private var triangle: [Phasor]
  private var basis: [Phasor]
  private var product: [Phasor]
  private var start: [Phasor]
  private var small: TridiagonalMatrix

  init(capacity: Int) {
    self.capacity = capacity
    let depth = max(1, min(capacity, Self.depth))
    triangle = Array(repeating: .zero, count: max(capacity * (capacity - 1) / 2, 0))
    basis = Array(repeating: .zero, count: capacity * depth)
    product = Array(repeating: .zero, count: capacity)
    start = product
    small = TridiagonalMatrix(capacity: depth)
  }

  /// Begins a matrix of `count` rows, all off-diagonal elements zero.
  mutating func begin(count: Int) {
    self.count = count
    for index in 0..<(count * (count - 1) / 2) { triangle[index] = .zero }
  }

  /// Sets element (row, column) and with it its conjugate (column, row); column < row.
  mutating func set(row: Int, column: Int, _ value: Phasor) {
    triangle[row * (row - 1) / 2 + column] = value
  }

  /// The largest eigenvalue; 0 of an empty matrix.
  ///
  /// `guess` holds a vector by slot, and `slots` the slot of each row: the guess is where the search
  /// starts and becomes the eigenvector.
  mutating func largest(slots: ArraySlice<Int>, guess: inout [Phasor]) -> Double {
    guard count > 1 else { return Double(count) }
    for row in 0..<count {
      let slot = slots[slots.startIndex + row]
      start[row] = guess[slot] + Phasor(cycles: 0.618_033_988_749_895 * Double(slot)) * 0.01
    }
    var found = 1.0
    for _ in 0...Self.restarts {
      let (value, isDone) = descend()
      found = value
      if isDone { break }
    }
    for row in 0..<count { guess[slots[slots.startIndex + row]] = start[row] }
    return found
  }

  /// One run from `start`, which becomes the eigenvector found.
  private mutating func descend() -> (value: Double, isDone: Bool) {
    small.removeAll()
    var beta = normalise(start)
    for row in 0..<count { basis[row] = start[row] * beta }
    beta = 0
    let steps = min(count, basis.count / capacity)
    var value = 1.0
    for step in 0..<steps {
      multiply(step)
      small.append(orthogonalise(step), joined: beta)
      beta = length(product)
      let isLast = step == steps - 1 || beta < 1e-13
      if isLast || step % 4 == 3 {
        value = small.solve()
        let residual = beta * abs(small.vector[step])
        if isLast || residual < Self.tolerance {
          combine(step + 1)
          return (value, step == count - 1 || residual < Self.tolerance)
        }
      }
      for row in 0..<count { basis[(step + 1) * capacity + row] = product[row] * (1 / beta) }
    }
    return (value, true)
  }

  /// product = matrix · basis vector `step`.
  private mutating func multiply(_ step: Int) {
    let from = step * capacity
    for row in 0..<count { product[row] = basis[from + row] }
    for row in 1..<count {
      let line = row * (row - 1) / 2
      let own = basis[from + row]
      var sum = product[row]
      for column in 0..<row {
        let element = triangle[line + column]
        sum = sum + element * basis[from + column]
        product[column] = product[column] + element.conjugate * own
      }
      product[row] = sum
    }
  }

  /// Removes from `product` all basis vectors so far, twice; yields its share along the newest.
  private mutating func orthogonalise(_ step: Int) -> Double {
    var along = 0.0
    for pass in 0..<2 {
      for index in stride(from: step, through: 0, by: -1) {
        let from = index * capacity
        var dot = Phasor.zero
        for row in 0..<count { dot = dot + basis[from + row].conjugate * product[row] }
        if index == step && pass == 0 { along = dot.re }
        for row in 0..<count { product[row] = product[row] - dot * basis[from + row] }
      }
    }
    return along
  }

  /// start = the eigenvector in the space of the first `steps` basis vectors.
  private mutating func combine(_ steps: Int) {
    for row in 0..<count {
      var sum = Phasor.zero
      for step in 0..<steps { sum = sum + basis[step * capacity + row] * small.vector[step] }
      start[row] = sum
    }
  }

  private func length(_ vector: [Phasor]) -> Double {
    var sum = 0.0
    for row in 0..<count { sum += vector[row].squaredMagnitude }
    return sum.squareRoot()
  }

  /// The factor that makes the vector a unit vector.
  private func normalise(_ vector: [Phasor]) -> Double {
    let size = length(vector)
    return size > 0 ? 1 / size : 0
  }
}
