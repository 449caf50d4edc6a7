// SPDX-License-Identifier: Apache-2.0
package import Devices

/// A chip behind an address, without the bus: which steps to take, and what their answers mean.
///
/// Four jobs make a measurement: `identification` once, `configuration` once and only after the
/// chip is known to be what it should be, then `trigger` and, `conversion` later, `measurement` each
/// time. Empty ones are left out. The steps never change, so they are asked for once.
package protocol I2CChip: AnyObject {
  /// What the maker calls it.
  var name: String { get }
  /// What `values` gives, in its order; at most eight.
  var quantities: [Quantity] { get }
  /// What tells this chip from another; nothing that would disturb another.
  var identification: [BusStep] { get }
  /// What sets it up.
  var configuration: [BusStep] { get }
  /// What begins a measurement that takes long.
  var trigger: [BusStep] { get }
  /// How long it takes, microseconds; the bus is free for others meanwhile.
  var conversion: Int { get }
  /// What reads a measurement.
  var measurement: [BusStep] { get }

  /// Checks what `identification` read, and keeps what it needs of it.
  func identify(_ reply: BusReply) throws(ChipProblem)
  /// The values that `measurement` read.
  func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double>
}

extension I2CChip {
  package var configuration: [BusStep] { [] }
  package var trigger: [BusStep] { [] }
  package var conversion: Int { 0 }
}

/// What is wrong with a chip's answer: what it said, and what was expected.
package struct ChipProblem: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  /// An identity register that says something else.
  static func identity(_ found: Int, digits: Int = 2, expected: String) -> ChipProblem {
    ChipProblem("the chip says it is \(hexadecimal(found, digits: digits)); expected \(expected)")
  }

  /// `0x0F`.
  static func hexadecimal(_ number: Int, digits: Int = 2) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
