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
  /// Why a file was refused.
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let description: String
    init(_ problem: StaticString) { description = problem.description }
  }

  package static func read(_ file: [UInt8]) throws(Failure) -> EncoderWeights {
    guard file.count <= maximumBytes else {
      throw Failure("longer than 8 MiB")
    }
    var length: UInt64 = 0
    for index in 0..<min(8, file.count) { length |= UInt64(file[index]) << UInt64(8 * index) }
    guard file.count >= 8, length <= UInt64(maximumHeader), Int(length) <= file.count - 8 else {
      throw Failure("no header of at most 65536 bytes")
    }
    let data = 8 + Int(length)
    let about = try Metadata(file[8..<data])
    let places = places(of: about.cells)
    // What a header must be follows from its metadata: one that differs anywhere says something
    // else, or says it twice.
    guard file[8..<data].elementsEqual(header(about, places)) else {
      throw Failure("tensors are not those of its metadata, in order and without gaps")
    }
    return EncoderWeights(
      cells: about.cells, values: try values(file, data, places), tau: about.tau,
      hash: file.withUnsafeBytes { SHA256.digest($0) })
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

  /// The one header that a file of these cells can have.
  private static func header(_ about: Metadata, _ places: [Place]) -> [UInt8] {
    var header = JSONWriter()
    header.object { object in
      object.object("__metadata__") { about.write(&$0) }
      var offset = 0
      for place in places {
        let end = offset + 4 * place.count
        object.object(place.name) { entry in
          entry.array("data_offsets") { list in
            list.value(offset)
            list.value(end)
          }
          entry.field("dtype", "F32")
          entry.array("shape") { list in
            list.value(place.rows)
            if place.columns > 0 { list.value(place.columns) }
          }
        }
        offset = end
      }
    }
    var bytes = header.bytes
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private static func values(
    _ file: [UInt8], _ data: Int, _ places: [Place]
  ) throws(Failure) -> [Float] {
    var count = 0
    for place in places { count += place.count }
    guard file.count - data == 4 * count else {
      throw Failure("not as many numbers as its tensors have")
    }
    var values = [Float](repeating: 0, count: count)
    var offset = data
    for place in places {
      for index in 0..<place.count {
        var bits: UInt32 = 0
        for byte in 0..<4 { bits |= UInt32(file[offset + byte]) << UInt32(8 * byte) }
        let value = Float(bitPattern: bits)
        guard value.isFinite else { throw Failure("a weight is not a finite number") }
        values[place.start + index] = value
        offset += 4
      }
    }
    return values
  }
}
