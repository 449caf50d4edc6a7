// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Surface

/// The document and pointers of RFC 6901, section 5.
@Suite struct JSONPointerTests {
  static let document = """
    {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\\\j": 5,
     "k\\"l": 6, " ": 7, "m~n": 8}
    """

  @Test(arguments: [
    ("/", 0.0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6),
    ("/ ", 7), ("/m~0n", 8),
  ])
  func findsWhatTheStandardFinds(_ pointer: String, _ value: Double) throws {
    let pointer = try #require(JSONPointer(pointer))
    let found = try JSONDocument.read(Array(Self.document.utf8), limits: .beforeHandshake) {
      pointer.value(in: $0)?.double
    }
    #expect(found == value)
  }

  @Test func countsElementsFromZero() throws {
    let pointer = try #require(JSONPointer("/foo/1"))
    let found = try JSONDocument.read(Array(Self.document.utf8), limits: .beforeHandshake) {
      pointer.value(in: $0)?.string
    }
    #expect(found == "baz")
  }

  @Test(arguments: ["/foo/2", "/foo/01", "/foo/-", "/foo/bar", "/nothing", "/foo/0/deeper"])
  func findsNothingWhereNothingIs(_ pointer: String) throws {
    let pointer = try #require(JSONPointer(pointer))
    let found = try JSONDocument.read(Array(Self.document.utf8), limits: .beforeHandshake) {
      pointer.value(in: $0) != nil
    }
    #expect(!found)
  }

  @Test(arguments: ["foo", "/a~2b", "/a~", "0"])
  func refusesWhatIsNone(_ text: String) { #expect(JSONPointer(text) == nil) }
}
