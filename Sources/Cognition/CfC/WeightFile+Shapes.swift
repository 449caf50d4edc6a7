// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension WeightFile {
  /// The cells that the metadata tell of, all texts, and the text of their time constants.
  static func shapes(
    _ about: JSONValue, isStack: Bool
  ) throws(Failure) -> (cells: [CellShape], tau: String?) {
    guard about.string("format") == "taumesh-cfc", about.string("version") == "1",
      about.string("activation") == "lecun_tanh"
    else { throw Failure("expected format taumesh-cfc, version 1, activation lecun_tanh") }
    let mode: CellShape.Mode
    switch about.string("cell") {
    case "cfc-default": mode = .gated
    case "cfc-nogate": mode = .ungated
    case "cfc-pure": mode = .pure
    default: throw Failure("cell: expected cfc-default, cfc-nogate or cfc-pure")
    }
    let input = try number(about, "input", widest)
    let hidden = try number(about, "hidden", widest)
    let units = try number(about, "backbone_units", widest)
    let layers = try number(about, "backbone_layers", mostLayers)
    var cells: [CellShape] = []
    for index in 0..<(isStack ? 2 : 1) {
      cells.append(
        CellShape(
          mode: mode, input: index == 0 ? input : hidden, hidden: hidden, units: units,
          layers: layers))
    }
    switch about.string("time_input") {
    case "dt": return (cells, nil)
    case "dt_over_tau": return (cells, about.string("tau") ?? "")
    default: throw Failure("time_input: expected dt or dt_over_tau")
    }
  }

  private static func number(
    _ about: JSONValue, _ key: String, _ limit: Int
  ) throws(Failure) -> Int {
    guard let text = about.string(key), let number = Int(text), (1...limit).contains(number) else {
      throw Failure("\(key): expected a text with a number of 1 to \(limit)")
    }
    return number
  }

  /// The numbers of a list with commas.
  static func times(_ text: String, count: Int) throws(Failure) -> [Float] {
    var times: [Float] = []
    do throws(JSONFailure) {
      let limits = JSONLimits(textBytes: maximumHeader, arenaBytes: 512 << 10, depth: 1)
      try JSONDocument.read(Array("[\(text)]".utf8), limits: limits) { list in
        for index in 0..<list.count {
          if let time = list[index]?.double, time > 0, time <= 1e6 { times.append(Float(time)) }
        }
      }
    } catch { throw Failure("tau: \(error)") }
    guard times.count == count else {
      throw Failure("tau: expected \(count) times of 0 to 1e6 seconds")
    }
    return times
  }

  /// All tensors of the cells, by the bytes of their names.
  static func places(of cells: [CellShape]) -> [Place] {
    var places: [Place] = []
    var start = 0
    for (index, cell) in cells.enumerated() {
      let prefix = cells.count == 1 ? "" : "cell\(index + 1)."
      for tensor in cell.tensors {
        let name = prefix + tensor.name
        let first = start + tensor.start
        if tensor.columns > 0 {
          places.append(
            Place(name: name + ".weight", start: first, rows: tensor.rows, columns: tensor.columns))
        }
        places.append(
          Place(
            name: tensor.columns > 0 ? name + ".bias" : name, start: start + tensor.bias,
            rows: tensor.rows, columns: 0))
      }
      start += cell.count
    }
    // A handful of names: sorted by insertion, since a generic sort is a large one.
    for index in places.indices {
      var place = index
      while place > 0,
        places[place].name.utf8.lexicographicallyPrecedes(places[place - 1].name.utf8)
      {
        places.swapAt(place, place - 1)
        place -= 1
      }
    }
    return places
  }
}
