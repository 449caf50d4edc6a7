// SPDX-License-Identifier: Apache-2.0
internal import Devices
package import Outputs

/// One entry of `outputs`: a device, and the channel whose mesh state it acts on.
package struct OutputSettings {
  package let type: OutputType
  package let output: any Output
  /// Nil for the node's first channel.
  package let channel: String?

  package var id: String { output.id }

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    let word = try reader.requiredChoice("type", of: OutputType.all.map { $0.name })
    guard let type = OutputType.named(word) else { throw reader.complaint("type", "is unknown") }
    let given = try reader.given(type.allKeys)
    try reader.finish()
    do throws(AdapterProblem) {
      let values = try AdapterValues(keys: type.allKeys, given: given)
      output = try type.make(values)
      channel = values.optionalText("channel")
    } catch { throw reader.complaint(error) }
    self.type = type
  }
}
