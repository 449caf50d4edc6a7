// SPDX-License-Identifier: Apache-2.0
package import MMP
package import Mesh

/// A node that is known but not connected, as far as waking it goes.
package struct WakeTarget {
  package var nodeID: String
  package var name: String
  /// What it told of itself, or others of it.
  package var channel: WakeChannel?
  /// As it announced it; a node in the field announces nothing.
  package var availability: WakePolicy.Availability?
  package var coupling: WakePolicy.Coupling

  package init(
    nodeID: String, name: String, channel: WakeChannel? = nil,
    availability: WakePolicy.Availability? = nil,
    coupling: WakePolicy.Coupling = .unknown
  ) {
    (self.nodeID, self.name, self.channel) = (nodeID, name, channel)
    (self.availability, self.coupling) = (availability, coupling)
  }
}
