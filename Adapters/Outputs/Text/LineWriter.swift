// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// One line about the state of a channel, in memory that is taken once.
struct LineWriter {
  /// How a line is written.
  enum Style: Equatable, Sendable {
    /// `{"time":"…","channel":"…","coherence":0.83,"phase":1.57,…}`
    case json
    /// `2026-11-21T12:45:03Z hum coherence 0.83 phase 1.57 …`
    case plain
  }

  private static let capacity = 512

  private let style: Style
  private var bytes = [UInt8](repeating: 0, count: LineWriter.capacity)
  private var count = 0

  init(_ style: Style) { self.style = style }

  /// Writes the line and hands it out, with the time of day in 20 characters; allocates nothing.
  mutating func line<Result>(
    _ situation: OutputSituation, at time: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    count = 0
    if style == .json { put("{\"time\":\"") }
    for character in time { put(character) }
    put(style == .json ? "\",\"channel\":\"" : " ")
    putName(situation.channel)
    if style == .json { put("\"") }
    if let state = situation.state { putState(state) } else { putWord("state", "resting") }
    put(style == .json ? "}\n" : "\n")
    return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  private mutating func putState(_ state: MeshState) {
    putNumber("coherence", state.meanCoherence)
    if let phasor = state.globalPhasor { putNumber("phase", phasor.angle) }
    putNumber("order", state.orderParameter)
    putNumber("locking", state.lockingIndex)
    putNumber("nodes", Double(state.memberCount), decimals: false)
    putWord("state", state.isEmergent ? "emergent" : state.isWe ? "we" : "listening")
  }

  private mutating func putKey(_ key: StaticString) {
    put(style == .json ? ",\"" : " ")
    put(key)
    put(style == .json ? "\":" : " ")
  }

  private mutating func putWord(_ key: StaticString, _ word: StaticString) {
    putKey(key)
    if style == .json { put("\"") }
    put(word)
    if style == .json { put("\"") }
  }

  private mutating func putNumber(_ key: StaticString, _ value: Double, decimals: Bool = true) {
    putKey(key)
    guard value.isFinite, value.magnitude < 1e9 else { return put("null") }
    if value < 0 { put(UInt8(ascii: "-")) }
    let thousandths = Int64((value.magnitude * 1000).rounded())
    putWhole(thousandths / 1000)
    guard decimals else { return }
    put(UInt8(ascii: "."))
    put(UInt8(ascii: "0") + UInt8(thousandths / 100 % 10))
    put(UInt8(ascii: "0") + UInt8(thousandths / 10 % 10))
    put(UInt8(ascii: "0") + UInt8(thousandths % 10))
  }

  private mutating func putWhole(_ number: Int64) {
    if number >= 10 { putWhole(number / 10) }
    put(UInt8(ascii: "0") + UInt8(number % 10))
  }

  /// A name without what would end a word of JSON or a line.
  private mutating func putName(_ name: String) {
    for character in name.utf8 {
      let isPlain = character >= 32 && character != 127 && character != 34 && character != 92
      put(isPlain ? character : UInt8(ascii: "?"))
    }
  }

  private mutating func put(_ text: StaticString) {
    for place in 0..<text.utf8CodeUnitCount { put(text.utf8Start[place]) }
  }

  private mutating func put(_ character: UInt8) {
    guard count < LineWriter.capacity else { return }
    bytes[count] = character
    count += 1
  }
}
