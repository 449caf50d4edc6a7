// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Devices

@Suite struct LineBufferTests {
  @Test func linesAreCutWhereverTheBytesAre() {
    let text = "12.5\r\n\n  temperature: 21 \n-3e2\nlast"
    for size in 1...text.utf8.count {
      var (buffer, lines) = (LineBuffer(), [String]())
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(bytes.count, start + size)].withUnsafeBytes { chunk in
          buffer.take(chunk) { lines.append(String(decoding: $0, as: UTF8.self)) }
        }
      }
      #expect(lines == ["12.5", "temperature: 21", "-3e2"])
      buffer.end { lines.append(String(decoding: $0, as: UTF8.self)) }
      #expect(lines.last == "last")
    }
  }

  @Test func aLineTooLongIsDroppedWhole() {
    var (buffer, lines) = (LineBuffer(), [Int]())
    for length in [255, 256, 257, 100_000, 3] {
      let line = [UInt8](repeating: 49, count: length) + [10]
      line.withUnsafeBytes { bytes in buffer.take(bytes) { lines.append($0.count) } }
    }
    #expect(lines == [255, 256, 3])
    #expect(buffer.overlong == 2)
  }

  @Test func theRestOfALineIsNoLine() {
    var (buffer, lines) = (LineBuffer(), [String]())
    buffer.restart(isInside: true)
    Array("2.5\n12.5\n".utf8).withUnsafeBytes { bytes in
      buffer.take(bytes) { lines.append(String(decoding: $0, as: UTF8.self)) }
    }
    #expect(lines == ["12.5"])
  }

  @Test(arguments: [
    ("21.5", "", 21.5), ("-3e2", "", -300), ("+.5", "", 0.5), ("temperature 21", "temperature", 21),
    ("temperature:21", "temperature", 21), ("room air = 4", "room air", 4),
    ("p, 1013.25", "p", 1013.25),
  ])
  func valuesAreRead(line: String, name: String, value: Double) {
    let read = Self.value(line)
    #expect(read?.name == name)
    #expect(read?.value == value)
  }

  @Test(arguments: [
    "", "abc", "nan", "inf", "-inf", "0x10", "1e999", "12,5x", "1.2.3", ":", "= 5", "--4", "1e",
    "5 °C",
    String(repeating: "1", count: 64),
  ])
  func whatIsNoNumberIsNone(line: String) { #expect(Self.value(line) == nil) }

  private static func value(_ line: String) -> (name: String, value: Double)? {
    Array(line.utf8).withUnsafeBytes { bytes in
      LineValue(bytes).map { (String(decoding: $0.name, as: UTF8.self), $0.value) }
    }
  }
}
