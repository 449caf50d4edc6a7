// SPDX-License-Identifier: Apache-2.0
import Devices
import Inputs
import Outputs
import Testing

/// What a type declares is what checks its values: wrong ones name the key and what was expected.
struct KitTests {
  private let keys: [AdapterKey] = [
    .required("id", .name, "name"),
    .required("address", .integer(0x40...0x4f), "of the chip"),
    .optional("every", .duration(0.001...3600), default: "1s", "pause"),
    .optional("unit", .choice(["C", "F"]), default: "C", "of readings"),
    .optional("band", .numbers(0...10, unit: "Hz", count: 2...2), "from, to"),
    .optional("measure", .choices(["heat", "wind"]), default: "heat, wind", "what"),
    .optional("share", .flag, default: "yes", "whether"),
  ]

  private func problem(_ given: [(String, GivenValue)]) -> String {
    do {
      _ = try AdapterValues(keys: keys, given: given)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func givenValuesAndStandardsAreTaken() throws {
    let values = try AdapterValues(
      keys: keys,
      given: [("id", .one("a")), ("address", .one("0x48")), ("band", .many(["1", "2.5 Hz"]))])
    #expect(values.id == "a" && values.integer("address") == 0x48)
    #expect(values.duration("every") == 1 && values.nanoseconds("every") == 1_000_000_000)
    #expect(values.text("unit") == "C" && values.flag("share"))
    #expect(values.numbers("band") == [1, 2.5] && values.words("measure") == ["heat", "wind"])
    #expect(values.isGiven("band") && !values.isGiven("every"))
  }

  @Test func wrongValuesAreNamed() {
    let id: (String, GivenValue) = ("id", .one("a"))
    #expect(problem([]) == "id: is missing; expected 1 to 64 bytes without control characters")
    #expect(problem([id]) == "address: is missing; expected a whole number from 64 to 79")
    #expect(
      problem([id, ("address", .one("0x76"))])
        == "address: is \"0x76\"; expected a whole number from 64 to 79")
    let chip: [(String, GivenValue)] = [id, ("address", .one("0x40"))]
    #expect(
      problem(chip + [("every", .one("5"))]).hasPrefix("every: is \"5\"; expected a duration"))
    #expect(problem(chip + [("unit", .one("c"))]).hasSuffix("did you mean C?"))
    #expect(problem(chip + [("band", .many(["1"]))]).hasPrefix("band: has 1 elements; expected"))
    #expect(problem(chip + [("unit", .many(["C"]))]).hasPrefix("unit: is a list; expected one of"))
    #expect(problem(chip + [("measure", .many(["heat", "heat"]))]).contains("names heat twice"))
    #expect(problem(chip + [("measure", .many([]))]).contains("has 0 elements"))
    #expect(problem(chip + [("every", .one("nans"))]).hasPrefix("every"))
  }

  /// A standard that its own kind refuses would trap on a board; names must be unique.
  @Test func everyTypeDeclaresSoundKeys() {
    let all =
      InputType.all.map { ($0.name, $0.allKeys) } + OutputType.all.map { ($0.name, $0.allKeys) }
    for (type, keys) in all {
      #expect(Set(keys.map { $0.name }).count == keys.count, "\(type) declares a key twice")
      let optional = keys.filter { !$0.isRequired }
      #expect(throws: Never.self, "\(type)") { _ = try AdapterValues(keys: optional, given: []) }
      for key in keys {
        #expect(!key.meaning.isEmpty && key.name != "type", "\(type).\(key.name)")
      }
    }
    #expect(Set(InputType.all.map { $0.name }).count == InputType.all.count)
    #expect(Set(OutputType.all.map { $0.name }).count == OutputType.all.count)
  }
}
