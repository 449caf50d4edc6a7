// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// The calibration of one quantity of one input, as it is kept in a file: a line of text.
///
/// `ID QUANTITY SCALE OFFSET`, separated by tabs: ids may contain spaces.
package struct CalibrationEntry: Equatable, Sendable {
  package let id: String
  package let quantity: String
  package let calibration: Calibration

  package init(id: String, quantity: String, _ calibration: Calibration) {
    (self.id, self.quantity, self.calibration) = (id, quantity, calibration)
  }

  /// Its line, without line break.
  package var line: String {
    "\(id)\t\(quantity)\t\(calibration.scale)\t\(calibration.offset)"
  }

  /// The entry of a line; nil for one that is none.
  package init?(line: String) {
    let fields = line.utf8.split(separator: 9, omittingEmptySubsequences: false)
    guard fields.count == 4, let scale = Self.number(fields[2]), let offset = Self.number(fields[3])
    else { return nil }
    do throws(Calibration.Problem) {
      let calibration = try Calibration(scale: scale, offset: offset)
      self.init(
        id: String(decoding: fields[0], as: UTF8.self),
        quantity: String(decoding: fields[1], as: UTF8.self), calibration)
    } catch { return nil }
    guard AdapterKey.Kind.isName(id), AdapterKey.Kind.isName(quantity) else { return nil }
  }

  /// The entries of a file's lines, empty ones and comments (#) left out; nil for a wrong line,
  /// whose number (from 1) is in `wrongLine`.
  package static func entries(of text: String, wrongLine: inout Int) -> [CalibrationEntry]? {
    var entries: [CalibrationEntry] = []
    for (index, line) in text.utf8.split(separator: 10, omittingEmptySubsequences: false)
      .enumerated()
    {
      guard let first = line.first, first != 35 else { continue }
      guard let entry = CalibrationEntry(line: String(decoding: line, as: UTF8.self)) else {
        wrongLine = index + 1
        return nil
      }
      entries.append(entry)
    }
    return entries
  }

  private static func number(_ field: Substring.UTF8View.SubSequence) -> Double? {
    let (number, rest) = NumberText.split(String(decoding: field, as: UTF8.self))
    return rest.isEmpty ? number : nil
  }
}
