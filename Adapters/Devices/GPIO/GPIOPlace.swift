// SPDX-License-Identifier: Apache-2.0
internal import CGpiod

/// Where a GPIO line is, found by its chip's label and its own name.
package struct GPIOPlace: Sendable, CustomStringConvertible {
  let place: cgpiod_place

  /// Finds a line.
  ///
  /// - Parameters:
  ///   - line: `GPIO17` for pin 17 of the board's header, a line's name, or `LABEL:OFFSET`.
  ///   - chip: The label of the chip to look on where `line` does not give one.
  /// - Throws: Why there is no such line, in the user's words.
  package init(_ line: String, chip: String? = nil) throws(GPIOError) {
    var place = cgpiod_place()
    let result =
      if let chip { cgpiod_find(line, chip, &place) } else { cgpiod_find(line, nil, &place) }
    guard result == 0 else {
      throw GPIOError(line: line, chip: chip, operation: .find, code: -result)
    }
    self.place = place
  }

  /// The chip's label, such as `pinctrl-bcm2835`.
  package var label: String { Self.text(place.label) }
  /// The line's name, empty where the kernel knows none.
  package var name: String { Self.text(place.name) }
  /// The line's number on its chip.
  package var offset: Int { Int(place.offset) }

  package var description: String {
    name.isEmpty ? "\(label):\(offset)" : "\(label):\(offset) (\(name))"
  }

  /// The labels of the chips that may be opened, with how many lines each has.
  package static func chips() -> [(label: String, lines: Int)] {
    var chips: [(label: String, lines: Int)] = []
    var place = cgpiod_place()
    while chips.count < 64, cgpiod_chip_at(Int32(chips.count), &place) == 0 {
      chips.append((text(place.label), Int(place.offset)))
    }
    return chips
  }

  /// A zero-terminated text out of a C array.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
