// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
package import MMP

extension Configuration {
  /// The quantities of an input that can be calibrated; throws where no input is called `id`.
  package func quantities(ofInput id: String) throws(ConfigurationFailure) -> [String] {
    if let settings = inputs.first(where: { $0.id == id }) { return settings.input.calibratable }
    throw ConfigurationFailure(
      file: file, line: 0, key: "inputs",
      problem: "no input is called \(id); expected one of \(NearWord.joined(inputs.map { $0.id }))")
  }

  /// What of each input leaves the node, a line each.
  package var privacyText: String {
    var text = ""
    for settings in inputs {
      let channels = NearWord.joined(settings.input.channels.map { $0.name })
      text +=
        "\(settings.id) (\(settings.type.name), channel \(channels)): \(settings.share): "
        + "\(settings.share.meaning)\n"
    }
    return text.isEmpty ? "no input: nothing leaves this node\n" : text
  }

  /// The same as JSON.
  package func writePrivacy(_ list: inout JSONWriter) {
    for settings in inputs { list.object { settings.writePrivacy(&$0) } }
  }
}

extension InputSettings {
  /// What of this input leaves the node, as `taumesh privacy` lists it.
  func writePrivacy(_ object: inout JSONWriter) {
    object.field("input", id)
    object.field("type", type.name)
    object.array("channels", of: input.channels.map { $0.name })
    object.field("share", share.description)
    object.field("leaves", share.meaning)
  }
}

extension InputSettings.Share: CustomStringConvertible {
  package var description: String {
    switch self {
    case .none: "none"
    case .phase: "phase"
    case .summary: "summary"
    }
  }

  /// What leaves the node, in words.
  package var meaning: String {
    switch self {
    case .none: "nothing, not even the channel's name"
    case .phase:
      "the channel's name, its phase, quality, frequency and bandwidth, and what they do to the "
        + "node's cognitive state; no reading"
    case .summary: "the same, and summaries of the readings where memory is shared"
    }
  }
}
