// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// The mesh state as four short lines of text, in memory that is taken once.
package struct StatePage: Equatable, Sendable {
  package static let columns = 21
  package static let rows = 4
  private static let blank = UInt8(ascii: " ")

  /// The characters, row after row, each row filled up with blanks.
  package private(set) var characters: [UInt8]
  private var cursor = 0
  private var end = 0

  package init() {
    characters = [UInt8](repeating: StatePage.blank, count: StatePage.columns * StatePage.rows)
  }

  /// The text of one row, for tests and logs.
  package func text(_ row: Int) -> String {
    let start = row * StatePage.columns
    let cells = characters[start..<start + StatePage.columns]
    var end = cells.endIndex
    while end > start, cells[end - 1] == StatePage.blank { end -= 1 }
    return String(decoding: cells[start..<end], as: UTF8.self)
  }

  /// Writes the state of a channel; allocates nothing.
  package mutating func write(_ situation: OutputSituation) {
    begin(0)
    put(situation.channel.isEmpty ? "no channel" : situation.channel)
    begin(1)
    guard let state = situation.state else {
      put("resting")
      for row in 2..<StatePage.rows { begin(row) }
      return
    }
    put(state.isEmergent ? "emergent" : state.isWe ? "we" : "listening")
    begin(2)
    put("C ")
    put(hundredths: state.meanCoherence)
    put(" L ")
    put(hundredths: state.lockingIndex)
    put(" R ")
    put(hundredths: state.orderParameter)
    begin(3)
    put(number: state.memberCount)
    put(state.memberCount == 1 ? " node" : " nodes")
    guard let phasor = state.globalPhasor, phasor.isFinite else { return }
    put(" phase ")
    let degrees = Int((phasor.angle * 180 / Double.pi).rounded())
    put(number: degrees < 0 ? degrees + 360 : degrees)
    put(Glyphs.degree)
  }

  /// Moves to the start of a row and blanks it.
  private mutating func begin(_ row: Int) {
    cursor = row * StatePage.columns
    end = cursor + StatePage.columns
    for place in cursor..<end { characters[place] = StatePage.blank }
  }

  private mutating func put(_ character: UInt8) {
    guard cursor < end else { return }
    characters[cursor] = character
    cursor += 1
  }

  private mutating func put(_ text: String) {
    for character in text.utf8 { put(character) }
  }

  private mutating func put(hundredths value: Double) {
    let bounded = value.isFinite ? min(max(value, 0), 9.99) : 0
    let hundredths = Int((bounded * 100).rounded())
    put(number: hundredths / 100)
    put(UInt8(ascii: "."))
    put(UInt8(ascii: "0") + UInt8(hundredths / 10 % 10))
    put(UInt8(ascii: "0") + UInt8(hundredths % 10))
  }

  private mutating func put(number: Int) {
    if number >= 10 { put(number: number / 10) }
    put(UInt8(ascii: "0") + UInt8(max(0, number) % 10))
  }
}
