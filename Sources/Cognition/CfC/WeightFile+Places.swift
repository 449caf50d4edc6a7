// SPDX-License-Identifier: Apache-2.0

extension WeightFile {
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
