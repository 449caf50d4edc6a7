// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import MMP

@Suite struct JSONDocumentTests {
  private func read<Result>(
    _ text: String, _ limits: JSONLimits = .server, _ body: (JSONValue) -> Result
  ) throws(JSONFailure) -> Result {
    try JSONDocument.read(Array(text.utf8), limits: limits, body)
  }

  @Test func valuesAreReadByTheirType() throws {
    let text = #"{"s":"é\n\u00e9","i":-9007199254740993,"d":1.5e3,"t":true,"n":null,"a":[1,2]}"#
    try read(text) { root in
      #expect(root.string("s") == "é\né")
      #expect(root.int("i") == -9_007_199_254_740_993)
      #expect(root.double("d") == 1500)
      #expect(root.double("i") == -9_007_199_254_740_992)
      #expect(root.bool("t") == true)
      #expect(root["n"]?.isNull == true)
      #expect(root.array("a")?.count == 2)
      #expect(root.array("a")?[1]?.int == 2)
      #expect(root.array("a")?[2] == nil)
      #expect(root.int("d") == nil)
      #expect(root.string("missing") == nil)
    }
  }

  @Test func membersComeInTheOrderOfTheText() throws {
    let names = try read(#"{"zulu":1,"alpha":2,"mike":3,"bravo":4}"#) { root in
      var names: [String] = []
      root.forEachMember { name, _ in names.append(name) }
      return names
    }
    #expect(names == ["zulu", "alpha", "mike", "bravo"])
  }

  @Test func malformedTextsAreRefusedWithTheirOffset() {
    let table: [(String, JSONFailure)] = [
      (#"{"a":1,"a":2}"#, .duplicateKey(offset: 10)),
      (#"{"a":}"#, .syntax(offset: 6)),
      ("", .syntax(offset: 0)),
      ("[1] x", .syntax(offset: 5)),
      ("[1e999]", .numberOutOfRange(offset: 6)),
      ("[99999999999999999999]", .numberOutOfRange(offset: 21)),
      (#"["\u0000"]"#, .syntax(offset: 9)),
    ]
    for (text, expected) in table {
      #expect(throws: expected, "\(text)") { try read(text) { _ in } }
    }
    #expect(throws: JSONFailure.notUTF8(offset: 3)) {
      try JSONDocument.read([0x5B, 0x22, 0x61, 0xFF, 0x22, 0x5D], limits: .server) { _ in }
    }
  }

  @Test func depthIsCountedOutsideStringsOnly() throws {
    let sixteen = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
    try read(sixteen) { root in #expect(root.count == 1) }
    #expect(throws: JSONFailure.tooDeep(offset: 16, limit: 16)) {
      try read("[" + sixteen + "]") { _ in }
    }
    let quoted = #"["[[[[[[[[[[[[[[[[[[\"[[[["]"#
    try read(quoted) { root in #expect(root[0]?.string?.count == 23) }
    let wide = "[" + Array(repeating: "[]", count: 100).joined(separator: ",") + "]"
    try read(wide) { root in #expect(root.count == 100) }
  }

  @Test(arguments: ["1", "[]", "{}"])
  func hostileMegabyteEndsInsideTheArena(item: String) throws {
    var text = "[" + item
    while text.utf8.count + item.utf8.count + 2 <= 1 << 20 { text += "," + item }
    let bytes = Array((text + "]").utf8)
    for limits in [JSONLimits.zero, .pi2] {
      #expect(throws: JSONFailure.arenaExhausted(limit: limits.arenaBytes)) {
        try JSONDocument.read(bytes, limits: limits) { _ in }
      }
    }
    // The attack is real: without the limit the same text is read, at many times its size.
    let unlimited = JSONLimits(textBytes: 1 << 20, arenaBytes: 1 << 30)
    try JSONDocument.read(bytes, limits: unlimited) { root in #expect(root.count > 300_000) }
  }

  /// Running out of memory inside a string once lost the closing quote: every arena size
  /// must end in a document equal to the full one or in "arena exhausted", nothing else.
  @Test func everyArenaSizeEndsCleanly() throws {
    let long = String(repeating: "x\\u00e9\\\"", count: 40)
    let text = Array(#"{"type":"a","k":["\#(long)",1.25,{"z":-3}],"\#(long)":[]}"#.utf8)
    var succeeded = 0
    for size in stride(from: 0, to: 6000, by: 8) {
      let limits = JSONLimits(textBytes: 4096, arenaBytes: size)
      do throws(JSONFailure) {
        try JSONDocument.read(text, limits: limits) { root in
          #expect(root.array("k")?[0]?.string?.count == 120)
          #expect(root.array("k")?[2]?.int("z") == -3)
        }
        succeeded += 1
      } catch {
        #expect(error == .arenaExhausted(limit: size))
        #expect(succeeded == 0, "a larger arena must not fail where a smaller one sufficed")
      }
    }
    #expect(succeeded > 0)
  }

  @Test func textLongerThanTheLimitIsNotLookedAt() {
    #expect(throws: JSONFailure.tooLong(bytes: 4097, limit: 4096)) {
      try JSONDocument.read(Array(repeating: 0x20, count: 4097), limits: .beforeHandshake) { _ in }
    }
  }

  @Test func documentsMayNest() throws {
    try read(#"{"outer":1}"#) { outer in
      let inner = try? read(#"{"inner":[2]}"#) { root in root.array("inner")?[0]?.int }
      #expect(inner == 2)
      #expect(outer.int("outer") == 1)
    }
  }
}

@Suite struct JSONWriterTests {
  @Test func textIsExact() {
    var writer = JSONWriter()
    writer.object { object in
      object.field("id", 7)
      object.field("min", Int64.min)
      object.field("max", UInt64.max)
      object.field("pi", 0.1)
      object.field("tiny", Double.leastNonzeroMagnitude)
      object.field("none", orNull: Optional<Double>.none)
      object.field("infinite", Double.infinity)
      object.field("on", true)
      object.null("nothing")
      object.array("list") { list in
        list.value("a")
        list.array { _ in }
        list.object { _ in }
        list.value(2)
      }
      object.array("texts", of: ["x", "y"])
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"id":7,"min":-9223372036854775808,"max":1.8446744073709552e+19,"pi":0.1,"#
        + #""tiny":5e-324,"none":null,"infinite":null,"on":true,"nothing":null,"#
        + #""list":["a",[],{},2],"texts":["x","y"]}"#)
  }

  @Test func everyCharacterSurvivesTheRoundTrip() throws {
    var text = ""
    for scalar in (1...0x2FF).compactMap(Unicode.Scalar.init) {
      text.unicodeScalars.append(scalar)
    }
    text += "\u{10FFFF}\u{1F600}/"
    var writer = JSONWriter()
    writer.array { list in list.value(text) }
    for byte in writer.bytes { #expect(byte >= 0x20) }
    let back = try JSONDocument.read(writer.bytes, limits: .server) { root in root[0]?.string }
    #expect(back == text)
    let strict = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String]
    #expect(strict == [text])
  }

  @Test func doublesReadBackBitByBit() throws {
    var random = SplitMix64(seed: 7)
    for _ in 0..<2000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      var writer = JSONWriter()
      writer.array { list in list.value(number) }
      let back = try JSONDocument.read(writer.bytes, limits: .server) { root in root[0]?.double }
      #expect(back?.bitPattern == number.bitPattern)
    }
  }
}

/// The generator of `prng_splitmix64` in the vectors (Steele, Lea & Flood, 2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
