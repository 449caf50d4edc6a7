// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// Reads weights from a strict subset of the safetensors format.
///
/// A length (u64), that many bytes of JSON, then little-endian 32-bit numbers, the tensors in the
/// order of their names without gaps. What is not exactly so is refused: two readings of one file
/// would make two encoders of one name.
package enum WeightFile {
  package static let maximumBytes = 8 << 20
  package static let maximumHeader = 65_536
  /// Widest layer and most layers that are read.
  static let widest = 1024
  static let mostLayers = 4

  /// Why a file was refused.
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }

  package static func read(_ file: [UInt8]) throws(Failure) -> EncoderWeights {
    guard file.count <= maximumBytes else {
      throw Failure("\(file.count) bytes; expected at most \(maximumBytes)")
    }
    guard file.count >= 8 else { throw Failure("shorter than the length of its header") }
    var length: UInt64 = 0
    for index in 0..<8 { length |= UInt64(file[index]) << UInt64(8 * index) }
    guard length <= UInt64(maximumHeader), length % 8 == 0, Int(length) <= file.count - 8 else {
      throw Failure(
        "header of \(length) bytes; expected a multiple of 8, at most \(maximumHeader), "
          + "and no more than there is")
    }
    let data = 8 + Int(length)
    let outcome: Result<Header, Failure>
    do throws(JSONFailure) {
      let limits = JSONLimits(textBytes: maximumHeader, arenaBytes: 512 << 10, depth: 4)
      outcome = try file.span.bytes.withUnsafeBytes { bytes throws(JSONFailure) in
        let text = UnsafeRawBufferPointer(rebasing: bytes[8..<data])
        return try JSONDocument.read(text, limits: limits) { root in
          do throws(Failure) { return .success(try header(root, bytes: file.count - data)) } catch {
            return .failure(error)
          }
        }
      }
    } catch { throw Failure("header: \(error)") }
    let found = try outcome.get()
    var tau: [Float]?
    if let text = found.tau { tau = try times(text, count: found.cells[0].hidden) }
    return EncoderWeights(
      cells: found.cells, values: try values(file, data, found), tau: tau,
      hash: file.withUnsafeBytes { SHA256.digest($0) })
  }

  private struct Header {
    let cells: [CellShape]
    let tau: String?
    /// In the order of the file.
    let places: [Place]
  }

  /// Where the file's numbers go among the weights.
  struct Place {
    let name: String
    let start: Int
    let rows: Int
    /// 0 for a vector.
    let columns: Int
    var count: Int { columns == 0 ? rows : rows * columns }
  }

  private static func header(_ root: JSONValue, bytes: Int) throws(Failure) -> Header {
    guard let about = root.object("__metadata__") else { throw Failure("no __metadata__") }
    let (cells, tau) = try shapes(about, isStack: root["cell1.ff1.bias"] != nil)
    let places = places(of: cells)
    guard root.count == places.count + 1 else {
      throw Failure("\(root.count - 1) tensors; expected \(places.count)")
    }
    var offset = 0
    for place in places {
      try check(root[place.name], place, at: offset)
      offset += 4 * place.count
    }
    guard offset == bytes else { throw Failure("\(bytes) bytes of numbers; expected \(offset)") }
    return Header(cells: cells, tau: tau, places: places)
  }

  private static func check(_ entry: JSONValue?, _ place: Place, at offset: Int) throws(Failure) {
    guard let entry else { throw Failure("no tensor \(place.name)") }
    let shape = entry.array("shape")
    let ends = entry.array("data_offsets")
    guard entry.count == 3, entry.string("dtype") == "F32",
      shape?.count == (place.columns == 0 ? 1 : 2), shape?[0]?.int == Int64(place.rows),
      place.columns == 0 || shape?[1]?.int == Int64(place.columns), ends?.count == 2,
      ends?[0]?.int == Int64(offset), ends?[1]?.int == Int64(offset + 4 * place.count)
    else {
      throw Failure(
        "tensor \(place.name): expected dtype F32, shape \(place.rows)"
          + "\(place.columns == 0 ? "" : "×\(place.columns)"), offset \(offset)")
    }
  }

  private static func values(
    _ file: [UInt8], _ data: Int, _ header: Header
  ) throws(Failure) -> [Float] {
    var count = 0
    for place in header.places { count += place.count }
    var values = [Float](repeating: 0, count: count)
    var offset = data
    for place in header.places {
      for index in 0..<place.count {
        var bits: UInt32 = 0
        for byte in 0..<4 { bits |= UInt32(file[offset + byte]) << UInt32(8 * byte) }
        let value = Float(bitPattern: bits)
        guard value.isFinite else { throw Failure("tensor \(place.name): not a finite number") }
        values[place.start + index] = value
        offset += 4
      }
    }
    return values
  }
}
