// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension WeightFile {
  /// What a file says of its cells: texts, by the order of their names.
  struct Metadata {
    /// One text, not a list: see `cross-compile/check-constants`.
    private static var names: [String] {
      let all =
        "activation backbone_layers backbone_units cell format hidden input tau "
        + "time_input version"
      return all.utf8.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
    }
    /// Widest layer and most layers that are read.
    static let widest = 1024
    static let mostLayers = 4

    private(set) var cells: [CellShape] = []
    private(set) var tau: [Float]?
    /// One for each of `names`; empty where it is absent.
    private var texts: [String] = []

    init(_ header: ArraySlice<UInt8>) throws(Failure) {
      let isStack = try Self.read(Array(header)) { root in
        let about = root.object("__metadata__")
        for name in Self.names { texts.append(about?.string(name) ?? "") }
        return root["cell1.ff1.bias"] != nil
      }
      guard texts[0] == "lecun_tanh", texts[4] == "taumesh-cfc", texts[9] == "1" else {
        throw Failure("expected format taumesh-cfc, version 1, activation lecun_tanh")
      }
      let mode: CellShape.Mode
      switch texts[3] {
      case "cfc-default": mode = .gated
      case "cfc-nogate": mode = .ungated
      case "cfc-pure": mode = .pure
      default: throw Failure("cell: expected cfc-default, cfc-nogate or cfc-pure")
      }
      let (layers, units) = (try number(1, Self.mostLayers), try number(2, Self.widest))
      let (hidden, input) = (try number(5, Self.widest), try number(6, Self.widest))
      cells = [
        CellShape(mode: mode, input: input, hidden: hidden, units: units, layers: layers)
      ]
      if isStack {
        cells.append(
          CellShape(mode: mode, input: hidden, hidden: hidden, units: units, layers: layers))
      }
      guard texts[8] != "dt" || !texts[7].isEmpty else { return }
      guard texts[8] == "dt_over_tau" else {
        throw Failure("time_input: expected dt or dt_over_tau, and tau with the latter alone")
      }
      tau = try times(count: hidden)
    }

    func write(_ object: inout JSONWriter) {
      for (index, name) in Self.names.enumerated() where !texts[index].isEmpty {
        object.field(name, texts[index])
      }
    }

    private func number(_ index: Int, _ limit: Int) throws(Failure) -> Int {
      guard let number = Int(texts[index]), (1...limit).contains(number) else {
        throw Failure("expected sizes of 1 to 1024, and 1 to 4 layers")
      }
      return number
    }

    private func times(count: Int) throws(Failure) -> [Float] {
      var times: [Float] = []
      _ = try Self.read(Array("[\(texts[7])]".utf8)) { list in
        for index in 0..<list.count {
          if let time = list[index]?.double, time > 0, time <= 1e6 { times.append(Float(time)) }
        }
        return true
      }
      guard times.count == count else {
        throw Failure("tau: expected a time of up to 1e6 seconds for each neuron")
      }
      return times
    }

    private static func read(
      _ text: [UInt8], _ body: (JSONValue) -> Bool
    ) throws(Failure) -> Bool {
      do throws(JSONFailure) {
        return try JSONDocument.read(
          text, limits: JSONLimits(textBytes: maximumHeader, arenaBytes: 512 << 10, depth: 4), body)
      } catch { throw Failure("header is not JSON with each key once") }
    }
  }
}
