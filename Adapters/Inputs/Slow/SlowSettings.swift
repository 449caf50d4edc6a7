// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// How a slow device is read: what its configuration says, with what its quantities suggest.
struct SlowSettings {
  /// Half a second of grace beside the three measurements after which values are stale.
  private static let grace: Int64 = 500_000_000
  /// The mean's time constant in those of the derivative, unless configured.
  private static let meanShare = 12.0

  /// Nanoseconds between measurements.
  let every: Int64
  /// Nanoseconds after which a measurement that did not answer has failed.
  let timeout: Int64
  /// One for each quantity that is measured, in the order of the configuration.
  let series: [SlowSeries]

  /// Throws what the configuration says that does not fit the device's quantities.
  init(_ values: AdapterValues, _ quantities: [Quantity]) throws(AdapterProblem) {
    let chosen = try Self.chosen(values, quantities)
    (every, timeout) = (values.nanoseconds("every"), values.nanoseconds("timeout"))
    let floors = try Self.numbers(values, "noise-floor", chosen.count)
    let offsets = try Self.numbers(values, "offset", chosen.count)
    let units = try Self.conversions(values, chosen.map { quantities[$0] })
    let seconds = values.duration("every")
    let stale = 3 * every + Self.grace
    let band = try Self.band(values)
    series = chosen.enumerated().map { place, index in
      let quantity = quantities[index]
      let tau = values.optionalDuration("tau") ?? max(quantity.tau, 3 * seconds)
      let trend = TrendSettings(
        noiseFloor: floors.isEmpty ? quantity.noiseFloor : floors[place],
        meanTau: values.optionalDuration("mean-tau") ?? Self.meanShare * tau, derivativeTau: tau,
        range: quantity.range, staleAfter: stale)
      var floored = band
      floored?.floor = trend.noiseFloor
      return SlowSeries(
        quantity, index: index, trend: trend, band: floored, conversion: units[place],
        offset: offsets.isEmpty ? 0 : offsets[place])
    }
  }

  /// The channels of the series: named by the configuration, or by what they are.
  func channels(_ values: AdapterValues) -> [InputChannel] {
    series.map { series in
      let own = series.quantity.name
      let configured = values.optionalText("channel")
      let frequency = series.encoder.frequency
      let kind = frequency > 0 ? "analytic-\(Int((frequency * 1000).rounded()))mHz" : "trend"
      let name =
        configured.map { self.series.count > 1 ? "\($0)-\(own)" : $0 } ?? "\(kind)-\(own)"
      return InputChannel(
        name, frequency: frequency,
        noiseBandwidth: min(series.encoder.noiseBandwidth, 1e9 / Double(every)))
    }
  }

  /// The band to read instead of the trend, if there is one: slow enough to be seen.
  private static func band(_ values: AdapterValues) throws(AdapterProblem) -> SampledSettings? {
    let edges = values.numbers("band")
    guard edges.count == 2 else { return nil }
    let rate = 1 / values.duration("every")
    let highest = SampledSettings.highestShare * rate
    guard edges[0] < edges[1], edges[1] <= highest else {
      throw AdapterProblem(
        "band",
        "is [\(edges[0]), \(edges[1])] Hz; expected [from, to] below \(highest) Hz, "
          + "which is what \(rate) measurements a second show")
    }
    return SampledSettings(
      frequency: (edges[0] + edges[1]) / 2, width: edges[1] - edges[0], rate: rate)
  }

  /// Indices of the quantities to measure: all, unless `measure` names some.
  private static func chosen(
    _ values: AdapterValues, _ quantities: [Quantity]
  ) throws(AdapterProblem) -> [Int] {
    let names = values.words("measure")
    guard !names.isEmpty else { return Array(quantities.indices) }
    var chosen: [Int] = []
    for name in names {
      guard let index = quantities.firstIndex(where: { $0.name == name }), !chosen.contains(index)
      else {
        throw AdapterProblem(
          "measure",
          "is \"\(name)\"; expected different ones of "
            + NearWord.joined(quantities.map { $0.name }))
      }
      chosen.append(index)
    }
    return chosen
  }

  /// One number for each quantity measured, or none.
  private static func numbers(
    _ values: AdapterValues, _ key: String, _ count: Int
  ) throws(AdapterProblem) -> [Double] {
    let numbers = values.numbers(key)
    guard numbers.isEmpty || numbers.count == count else {
      throw AdapterProblem(
        key, "has \(numbers.count) numbers; expected \(count), one for each quantity measured")
    }
    return numbers
  }

  /// The unit of each quantity; one that fits none is refused.
  private static func conversions(
    _ values: AdapterValues, _ quantities: [Quantity]
  ) throws(AdapterProblem) -> [UnitConversion] {
    var conversions = quantities.map { UnitConversion(own: $0.unit) }
    for unit in values.texts("unit") {
      var fits = false
      for (place, quantity) in quantities.enumerated() {
        guard let conversion = UnitConversion(from: quantity.unit, to: unit) else { continue }
        conversions[place] = conversion
        fits = true
      }
      guard fits else {
        let known = quantities.flatMap { quantity in
          UnitConversion.conversions(from: quantity.unit).map { $0.unit }
        }
        throw AdapterProblem(
          "unit", "is \"\(unit)\"; expected one of \(NearWord.joined(known))")
      }
    }
    return conversions
  }
}
