// SPDX-License-Identifier: Apache-2.0
import Foundation
import MMP
import Testing

@testable import Cognition

/// Weight files against the golden one (group `weight_file`), and every way of being wrong.
@Suite struct WeightFileTests {
  private func golden() throws -> [UInt8] { [UInt8](try vectorFile("golden-small.safetensors")) }

  /// The golden file with a part of its header replaced by one of any length.
  private func file(replacing old: String, by new: String) throws -> [UInt8] {
    let golden = try golden()
    let text = String(decoding: golden[8..<912], as: UTF8.self)
    #expect(text.contains(old))
    return assemble(text.replacingOccurrences(of: old, with: new), Array(golden[912...]))
  }

  private func assemble(_ header: String, _ data: [UInt8]) -> [UInt8] {
    var header = Array(header.utf8)
    while header.last == 0x20 { header.removeLast() }
    while header.count % 8 != 0 { header.append(0x20) }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return length + header + data
  }

  private func refusal(_ file: [UInt8]) -> String? {
    do { _ = try WeightFile.read(file) } catch { return error.description }
    return nil
  }

  @Test func goldenFile() throws {
    let (file, group) = (try golden(), try vectors("weight_file"))
    #expect(file.count == Int(group.number("bytes")))
    let hash = file.withUnsafeBytes { SHA256.digest($0) }
    #expect(ByteText.hex(hash) == group["sha256"] as? String)
    let weights = try WeightFile.read(file)
    #expect(weights.name == "dfaa544e3eed38f8")
    #expect(weights.cells == [CellShape(input: 3, hidden: 4, units: 5)])
    #expect(weights.tau == [0.05, 0.5, 2, 10])
    var values: [Float] = []
    EncoderWeights.append(weights.cells[0], seed: 2024, to: &values)
    #expect(weights.values == values)
  }

  /// What the file holds runs to the same states as the vectors.
  @Test func goldenFileRuns() throws {
    let weights = try WeightFile.read(try golden())
    let group = try vectors("cfc_cell").section("small")
    var cell = CfCCell(weights.cells[0], start: 0)
    var state = [Float](repeating: 0, count: 4)
    let want = group.section("tau_scaled").rows("h")
    for (step, input) in group.rows("x").enumerated() {
      let times = try #require(weights.tau).map { group.floats("dt")[step] / $0 }
      cell.step(weights.values, input: input, state: &state, times: times)
      #expect(close(state, want[step]))
    }
  }

  @Test(arguments: [
    ("\"dtype\":\"F32\"", "\"dtype\":\"F16\""),
    ("[0,20]", "[0,24]"), ("[0,20]", "[4,24]"), ("[0,20]", "[0,16]"), ("[0,20]", "[-20,0]"),
    ("[0,20]", "[0,20,20]"), ("[0,20]", "[0.0,20]"), ("[0,20]", "[4294967296,4294967316]"),
    ("\"shape\":[4]", "\"shape\":[5]"), ("\"shape\":[4,5]", "\"shape\":[5,4]"),
    ("\"shape\":[4,5]", "\"shape\":[20]"), ("\"shape\":[4,5]", "\"shape\":[4,5,1]"),
    ("\"ff1.bias\"", "\"ff3.bias\""), ("\"ff1.bias\"", "\"ff2.bias\""),
    (
      "{\"__metadata__\"",
      "{\"extra\":{\"data_offsets\":[0,0],\"dtype\":\"F32\",\"shape\":[0]},"
        + "\"__metadata__\""
    ),
    ("\"dtype\":\"F32\",\"shape\":[4]", "\"dtype\":\"F32\",\"more\":1,\"shape\":[4]"),
    ("\"format\":\"taumesh-cfc\"", "\"format\":\"other\""),
    ("\"version\":\"1\"", "\"version\":\"2\""),
    ("\"version\":\"1\"", "\"version\":1"),
    ("\"activation\":\"lecun_tanh\"", "\"activation\":\"relu\""),
    ("\"cell\":\"cfc-default\"", "\"cell\":\"gru\""),
    ("\"cell\":\"cfc-default\"", "\"cell\":\"cfc-pure\""),
    ("\"input\":\"3\"", "\"input\":\"4\""), ("\"input\":\"3\"", "\"input\":\"0\""),
    ("\"input\":\"3\"", "\"input\":\"-3\""), ("\"input\":\"3\"", "\"input\":\"99999999999\""),
    ("\"backbone_layers\":\"1\"", "\"backbone_layers\":\"2\""),
    ("\"backbone_layers\":\"1\"", "\"backbone_layers\":\"9\""),
    ("\"tau\":\"0.05,0.5,2,10\"", "\"tau\":\"0.05,0.5,2\""),
    ("\"tau\":\"0.05,0.5,2,10\"", "\"tau\":\"0.05,0.5,2,0\""),
    ("\"tau\":\"0.05,0.5,2,10\"", "\"tau\":\"0.05,0.5,2,x\""),
    ("\"tau\":\"0.05,0.5,2,10\"", "\"tau\":\"0.05,0.5,2,1e9\""),
    ("\"time_input\":\"dt_over_tau\"", "\"time_input\":\"t\""),
    ("__metadata__", "__other__"),
  ])
  func headerThatIsNotExactlySoIsRefused(_ old: String, _ new: String) throws {
    #expect(refusal(try file(replacing: old, by: new)) != nil)
  }

  @Test func duplicateKeyIsRefused() throws {
    let entry = "\"ff1.bias\":{\"data_offsets\":[160,176],\"dtype\":\"F32\",\"shape\":[4]},"
    let golden = try golden()
    let text = String(decoding: golden[8..<912], as: UTF8.self)
    #expect(text.contains(entry))
    let doubled = assemble(
      text.replacingOccurrences(of: entry, with: entry + entry), Array(golden[912...]))
    #expect(refusal(doubled)?.contains("once") == true)
  }

  @Test func lengthsAreExact() throws {
    let golden = try golden()
    #expect(refusal(golden + [0]) != nil)
    #expect(refusal(golden + [0, 0, 0, 0]) != nil)
    for count in [0, 7, 8, 9, 500, 911, 912, golden.count - 4, golden.count - 1] {
      #expect(refusal(Array(golden[..<count])) != nil, "\(count)")
    }
    for length in [UInt64.max, 1 << 63, 65_544, 905, 912, 0] {
      var file = golden
      for index in 0..<8 { file[index] = UInt8(truncatingIfNeeded: length >> UInt64(8 * index)) }
      #expect(refusal(file) != nil, "\(length)")
    }
    #expect(refusal([UInt8](repeating: 0, count: WeightFile.maximumBytes + 1)) != nil)
  }

  @Test func numbersAreFinite() throws {
    for bits in [Float.nan, .infinity, -.infinity].map({ $0.bitPattern }) {
      for place in [912, 1456 - 4] {
        var file = try golden()
        for byte in 0..<4 { file[place + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte)) }
        #expect(refusal(file)?.contains("finite") == true)
      }
    }
  }

  /// Two cells are read into the order in which the encoder runs them.
  @Test func stackOfTwoCells() throws {
    let cells = [
      CellShape(input: 3, hidden: 2, units: 2), CellShape(input: 2, hidden: 2, units: 2),
    ]
    var header = "{\"__metadata__\":{\"activation\":\"lecun_tanh\",\"backbone_layers\":\"1\","
    header += "\"backbone_units\":\"2\",\"cell\":\"cfc-default\",\"format\":\"taumesh-cfc\","
    header += "\"hidden\":\"2\",\"input\":\"3\",\"time_input\":\"dt\",\"version\":\"1\"}"
    var (data, offset): ([UInt8], Int) = ([], 0)
    for place in WeightFile.places(of: cells) {
      let shape = place.columns == 0 ? "\(place.rows)" : "\(place.rows),\(place.columns)"
      let end = offset + 4 * place.count
      header += ",\"\(place.name)\":{\"data_offsets\":[\(offset),\(end)],\"dtype\":\"F32\","
      header += "\"shape\":[\(shape)]}"
      for index in 0..<place.count {
        let bits = Float(place.start + index).bitPattern
        data += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
      }
      offset = end
    }
    let weights = try WeightFile.read(assemble(header + "}", data))
    #expect(weights.cells == cells)
    #expect(weights.tau == nil)
    #expect(weights.values == (0..<weights.values.count).map { Float($0) })
  }
}
