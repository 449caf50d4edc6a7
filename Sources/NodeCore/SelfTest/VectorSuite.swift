// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Compares the mathematics with a file of vectors, group by group.
///
/// The file is the one the host tests read; a board holds a chosen part of it.
package struct VectorSuite {
  /// Two numbers agree when they differ by no more than this times (1 + the wanted one).
  static let tolerance = 1e-9

  package struct Group {
    package let name: StaticString
    let check: (JSONValue, inout VectorSuite) -> Void
  }

  /// The groups this version knows.
  package static var groups: [Group] {
    [
      Group(name: "alpha_from_tau", check: alpha), Group(name: "phase_ema", check: integrators),
      Group(name: "order_parameter", check: orderParameters), Group(name: "plv", check: locking),
      Group(name: "t_sync", check: synchronisation), Group(name: "clock", check: clocks),
      Group(name: "output_mapping", check: outputs),
    ]
  }

  /// Comparisons made, and what did not agree (at most `maximumFailures` are kept).
  package private(set) var comparisons = 0
  package private(set) var failures: [String] = []
  private var context = ""

  static let maximumFailures = 50

  package init() {}

  /// Checks every known group; unless `root` is only a part, one that is missing is a failure.
  package mutating func check(_ root: JSONValue, isPart: Bool = false, only: String? = nil) {
    guard let groups = root.object("groups") else {
      fail("no groups in the vectors")
      return
    }
    for group in Self.groups where only == nil || only == group.name.description {
      context = group.name.description
      guard let value = groups[context] else {
        if !isPart { fail("missing") }
        continue
      }
      group.check(value, &self)
    }
  }

  mutating func name(_ text: String?) {
    if let text { context = text }
  }

  mutating func fail(_ what: String) {
    comparisons += 1
    if failures.count < Self.maximumFailures { failures.append("\(context): \(what)") }
  }

  mutating func expect(_ got: Double, _ wanted: Double?, _ what: String) {
    comparisons += 1
    guard let wanted else { return fail("\(what): no number in the vectors") }
    let distance = abs(got - wanted)
    guard distance <= Self.tolerance * (1 + abs(wanted)) else {
      return fail("\(what): \(got), expected \(wanted)")
    }
  }

  mutating func expect(_ got: Double?, orNull value: JSONValue?, _ what: String) {
    guard let value, !value.isNull else {
      comparisons += 1
      if let got { fail("\(what): \(got), expected none") }
      return
    }
    guard let got else { return fail("\(what): none, expected a number") }
    expect(got, value.double, what)
  }

  mutating func expect(_ got: Bool, _ wanted: Bool?, _ what: String) {
    comparisons += 1
    if got != wanted { fail("\(what): \(got)") }
  }
}

extension JSONValue {
  /// The elements of a list.
  var elements: [JSONValue] {
    var elements: [JSONValue] = []
    for index in 0..<count {
      if let element = self[index] { elements.append(element) }
    }
    return elements
  }

  /// The numbers of a list under `key`.
  func numbers(_ key: String) -> [Double] {
    array(key)?.elements.compactMap { $0.double } ?? []
  }
}
