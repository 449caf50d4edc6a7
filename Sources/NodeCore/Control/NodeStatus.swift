// SPDX-License-Identifier: Apache-2.0
package import Devices

/// What a node says of itself and of the mesh: the answer to `status`, as values.
///
/// The node fills it, `write` makes it the JSON that programs read, `init(reading:)` takes that
/// JSON apart again for the terminal.
package struct NodeStatus {
  package struct Peer {
    package var name = ""
    package var nodeID = ""
    package var profile = ""
    package var address = ""
    /// `fresh`, `stale` or `joining`; `offline` where there is no connection.
    package var state = ""
    package var secure = false
    /// Peer's clock minus ours, and the bound of its error, seconds; nil until measured.
    package var offset: Double?
    package var bound: Double?
    package var delay: Double?
    package var pulses: Int64 = 0
    /// Last sign of life, milliseconds of the Unix epoch.
    package var lastSeen: Int64?
    /// What the node says of itself; empty and 0 where it has not.
    package var connectivity = ""
    package var availability = ""
    /// MB.
    package var memory: Int64 = 0
    package var adapters: [String] = []
    /// `aligned`, `guarded`, `rejected` or `unknown`.
    package var coupling = ""
    /// Distance of its cognitive state from this node's; nil where they cannot be compared.
    package var drift: Double?
  }

  /// An application behind this node.
  package struct VirtualNode {
    package var name = ""
    /// Texts from it and to it.
    package var received: Int64 = 0
    package var sent: Int64 = 0
    /// Texts from it that came too fast or mean nothing, and events it did not read in time.
    package var dropped: Int64 = 0
  }

  package struct Member {
    package var name = ""
    package var nodeID = ""
    package var isSelf = false
    package var isFresh = false
    /// |z| of the member, 0 to 1.
    package var coherence = 0.0
    package var quality = 0.0
    /// Phase relative to this node's own, degrees; nil where either is unknown.
    package var phase: Double?
    /// Pairwise locking with this node, 0 to 1; nil while unknown.
    package var locking: Double?
  }

  package struct Channel {
    package var name = ""
    package var frequency = 0.0
    package var decisionSeconds = 0.0
    package var meanCoherence = 0.0
    package var orderParameter = 0.0
    package var commonPhase: Double?
    package var lockingIndex: Double?
    package var n = 0
    package var nEffective = 0.0
    package var significance = 1.0
    package var emergent = false
    package var we = false
    package var members: [Member] = []
  }

  package struct Adapter {
    package var id = ""
    package var type = ""
    package var device = ""
    package var channel = ""
    /// `working`, `waiting` or `failed`.
    package var state = ""
    package var detail = ""
    /// Times the device lost samples and was set going again.
    package var recoveries: Int64 = 0
    /// Times the device failed or could not be opened.
    package var failures: Int64 = 0
    /// Newest values in the device's own units.
    package var readings: [Reading] = []
    package var quality: Double?
    package var frequency: Double?
    /// Of an input whose phase stands still, as that of a slow signal does: degrees.
    package var phase: Double?
    package var volume: Double?
    package var tone: Tone?
  }

  /// What the speaker was told over its last 2 s.
  package struct Tone {
    package var fromFrame: Int64 = 0
    package var toFrame: Int64 = 0
    package var expectedHertz = 0.0
  }

  /// What the node remembers, and the state it makes of it.
  package struct Memory {
    package var entries = 0
    package var confidence = 0.0
    /// Names the encoder; nodes of another one are not compared.
    package var encoder = ""
    /// Coherence of the cognitive states, as the seed defines it and neuron by neuron.
    package var coherence: Double?
    package var neuronCoherence: Double?
  }

  /// A relay that this node is at, or would like to be.
  package struct Relay {
    package var url = ""
    /// `connected`, `connecting` or `lost`.
    package var state = ""
    package var detail = ""
    /// Nodes that are there beside this one.
    package var nodes: Int64 = 0
  }

  /// A group this node is in, or was in.
  package struct Group {
    package var id = ""
    package var label = ""
    /// `joining`, `joined`, `empty`, or why it is over.
    package var state = ""
    /// Others in it.
    package var members: Int64 = 0
    /// The two ways to them: `unused`, `pending`, `up` or `failed`; empty once it is over.
    package var lan = ""
    package var relay = ""
    /// When it ends; empty for no set time.
    package var expires = ""
    /// What last went wrong; empty when all is well.
    package var failure = ""
  }

  package struct Counter {
    package var name = ""
    package var value: Int64 = 0
  }

  package var name = ""
  package var nodeID = ""
  package var profile = ""
  package var version = Version.current
  package var meshID = ""
  package var address = ""
  package var uptimeSeconds = 0.0
  package var peers: [Peer] = []
  package var channels: [Channel] = []
  package var inputs: [Adapter] = []
  package var outputs: [Adapter] = []
  package var memory = Memory()
  package var virtualNodes: [VirtualNode] = []
  package var relays: [Relay] = []
  package var groups: [Group] = []
  package var counters: [Counter] = []

  package init() {}
}
