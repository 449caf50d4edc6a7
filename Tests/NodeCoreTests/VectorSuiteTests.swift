// SPDX-License-Identifier: Apache-2.0
import Foundation
import MMP
import Testing

@testable import NodeCore

/// The self-test's vectors pass here, and it notices when one number is wrong.
struct VectorSuiteTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "vectors/tau-vectors.json")

  private func run(_ text: [UInt8], isPart: Bool = false) throws -> VectorSuite {
    var suite = VectorSuite()
    let limits = JSONLimits(textBytes: 1 << 20, arenaBytes: 16 << 20)
    try JSONDocument.read(text, limits: limits) { suite.check($0, isPart: isPart) }
    return suite
  }

  @Test func allVectorsHold() throws {
    let suite = try run(Array(Data(contentsOf: Self.file)))
    #expect(suite.failures == [])
    #expect(suite.comparisons > 400)
  }

  @Test func theChosenOnesAreAPartOfThem() throws {
    let chosen = Array(ChosenVectors.json.utf8)
    #expect(chosen.count <= 16 * 1024)
    #expect(try run(chosen, isPart: true).failures == [])
  }

  @Test func aWrongNumberIsNoticed() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let wrong = text.replacing("0.6321205588285577", with: "0.6321205688285577", maxReplacements: 1)
    #expect(try run(Array(wrong.utf8)).failures.count == 1)
  }

  @Test func aMissingGroupIsNoticed() throws {
    let suite = try run(Array(#"{"groups":{}}"#.utf8))
    #expect(suite.failures.count == VectorSuite.groups.count)
  }
}
