// SPDX-License-Identifier: Apache-2.0
package import Devices

/// Centre and width of a band, from `frequency` and `width` or from `band: [from, to]`.
package struct BandValues {
  /// Hertz.
  package let frequency: Double
  package let width: Double

  /// Reads the band from `values`.
  ///
  /// - Parameters:
  ///   - values: Of an adapter that declares `frequency`, `width` and `band`.
  ///   - lowest: Least centre the encoder takes, hertz.
  ///   - highest: Largest centre or edge, hertz.
  ///   - standard: Centre and width where the configuration gives none.
  /// - Throws: What the values together are wrong about.
  package init(
    _ values: AdapterValues, lowest: Double, highest: Double, standard: (Double, Double)
  ) throws(AdapterProblem) {
    let frequency = values.optionalNumber("frequency")
    let width = values.optionalNumber("width")
    if let frequency, !(lowest...highest).contains(frequency) {
      throw AdapterProblem("frequency", "is \(frequency); expected \(lowest) to \(highest) Hz")
    }
    let edges = values.numbers("band")
    guard edges.isEmpty else {
      guard frequency == nil, width == nil else {
        throw AdapterProblem("band", "expected either band, or frequency and width")
      }
      guard edges[0] < edges[1], edges[1] <= highest else {
        throw AdapterProblem("band", "expected [from, to] within 0.01 to \(highest) Hz")
      }
      (self.frequency, self.width) = ((edges[0] + edges[1]) / 2, edges[1] - edges[0])
      return
    }
    (self.frequency, self.width) = (frequency ?? standard.0, width ?? standard.1)
    guard self.width < 2 * self.frequency else {
      throw AdapterProblem("width", "is \(self.width); expected less than twice the frequency")
    }
  }
}
