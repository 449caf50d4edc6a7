// SPDX-License-Identifier: Apache-2.0
internal import Devices
package import MMP
package import PhaseSpace

/// The `node` section: who this node is.
package struct NodeSettings {
  /// 1 to 64 bytes of UTF-8 without control characters.
  package let name: String
  package let profile: TauProfile
  /// Whether it is there all the time, sleeps and can be woken, or comes and goes.
  package let availability: PeerDescription.Availability

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    name = try reader.requiredText("name")
    guard AdapterKey.Kind.isName(name) else {
      throw reader.complaint("name", "expected 1 to 64 bytes without control characters")
    }
    let names = ["zero", "pi2", "pi4", "server", "cloud"]
    let word = try reader.choice("profile", of: names) ?? "server"
    guard let profile = TauProfile(named: word) else {
      throw reader.complaint("profile", "expected one of \(NearWord.joined(names))")
    }
    self.profile = profile
    let classes = PeerDescription.Availability.allCases
    let known = classes.map { $0.text }
    let own = try reader.choice("availability", of: known)
    availability = classes.first { $0.text == own } ?? .always
    try reader.finish()
  }
}
