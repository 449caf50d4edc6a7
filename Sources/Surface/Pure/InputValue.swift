// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// What a client sends to an input: a number, or a phasor.
package enum InputValue: Equatable {
  case number(Double)
  case phasor(re: Double, im: Double, coherence: Double)

  package struct Complaint: Error, Equatable {
    package let text: String
  }

  /// A number: bare, or `{"value": …}`.
  package static func number(in body: [UInt8]) throws(Complaint) -> InputValue {
    let expected = "expected a number, or {\"value\": number}"
    let found = try read(body, expected) { root in root.double ?? root.double("value") }
    guard let found, found.isFinite else { throw Complaint(text: expected) }
    return .number(found)
  }

  /// The seed's message: `{"phase": {"real": …, "imag": …}, "coherence": …}`; `node_id` and
  /// `timestamp` are passed over, since another machine's clock says nothing here.
  package static func phasor(in body: [UInt8]) throws(Complaint) -> InputValue {
    let expected =
      "expected {\"phase\": {\"real\": number, \"imag\": number}, \"coherence\": 0 to 1}"
    let found = try read(body, expected) { root -> InputValue? in
      guard let phase = root.object("phase"), let re = phase.double("real"),
        let im = phase.double("imag"), re.isFinite, im.isFinite, re * re + im * im <= 1.0001
      else { return nil }
      let coherence = root.double("coherence") ?? 1
      guard coherence >= 0, coherence <= 1 else { return nil }
      return .phasor(re: re, im: im, coherence: coherence)
    }
    guard let found else { throw Complaint(text: expected) }
    return found
  }

  /// The number at `pointer` of a document.
  package static func number(
    in body: [UInt8], at pointer: JSONPointer
  ) throws(Complaint) -> Double {
    let expected = "no number where the pointer points"
    let limits = JSONLimits(textBytes: 65_536, arenaBytes: 1 << 20)
    let found = try read(body, "the answer is not JSON", limits) { root -> Double? in
      guard let value = pointer.value(in: root) else { return nil }
      if let flag = value.bool { return flag ? 1 : 0 }
      return value.double ?? value.string.flatMap { Self.parse($0) }
    }
    guard let found, found.isFinite else { throw Complaint(text: expected) }
    return found
  }

  private static func read<Result>(
    _ body: [UInt8], _ expected: String, _ limits: JSONLimits = .beforeHandshake,
    _ take: (JSONValue) -> Result
  ) throws(Complaint) -> Result {
    do throws(JSONFailure) {
      // A bare number is JSON only as an element: the parser takes objects and lists.
      if let first = body.first(where: { $0 > 32 }), first != 123, first != 91 {
        return try JSONDocument.read([91] + body + [93], limits: limits) { list in
          take(list.count == 1 ? list[0] ?? list : list)
        }
      }
      return try JSONDocument.read(body, limits: limits, take)
    } catch { throw Complaint(text: "\(expected): \(error)") }
  }

  /// A number written as text, as many devices publish theirs.
  private static func parse(_ text: String) -> Double? {
    do throws(JSONFailure) {
      return try JSONDocument.read(Array("[\(text)]".utf8), limits: .beforeHandshake) {
        $0.count == 1 ? $0[0]?.double : nil
      }
    } catch { return nil }
  }
}
