// SPDX-License-Identifier: Apache-2.0
internal import Devices
package import Inputs

/// One entry of `inputs`: a device, and how its channels are judged.
package struct InputSettings {
  /// What of an input leaves this node.
  package enum Share: Equatable, Sendable {
    case none
    case phase
    /// Phases, and summaries of what was measured.
    case summary
  }

  package let type: InputType
  package let input: any Input
  /// Least decision time of its channels, seconds; 0 where the rule alone decides.
  package let decisionTau: Double
  /// Whether phases must be equal rather than constant for emergence.
  package let isAbsolute: Bool
  package let share: Share

  package var id: String { input.id }

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    let word = try reader.requiredChoice("type", of: InputType.all.map { $0.name })
    guard let type = InputType.named(word) else { throw reader.complaint("type", "is unknown") }
    let given = try reader.given(type.allKeys)
    try reader.finish()
    do throws(AdapterProblem) {
      let values = try AdapterValues(keys: type.allKeys, given: given)
      input = try type.make(values)
      decisionTau = values.optionalDuration("decision-tau") ?? 0
      isAbsolute = values.text("align") == "absolute"
      switch values.text("share") {
      case "none": share = .none
      case "summary": share = .summary
      default: share = .phase
      }
    } catch { throw reader.complaint(error) }
    self.type = type
  }
}
