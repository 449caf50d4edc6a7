// SPDX-License-Identifier: Apache-2.0
import MMP

@testable import Mesh

/// A relay between the nodes of a town, which carries payloads or does not.
struct TownRelay {
  var members: [Int] = []
  /// Which payload from now on is lost; 0 for none.
  var losing = 0
  /// Payloads carried, with their sender.
  var carried: [(from: Int, to: Int, text: [UInt8])] = []
  var flying: [(from: Int, to: String, [UInt8])] = []
}

extension Town {
  func name(of index: Int) -> String {
    nodes[index].settings.connection.identity.nodeID.description
  }

  /// Lets a node in at the relay; each is told of the other.
  mutating func enterRelay(_ index: Int) {
    for other in relay.members {
      nodes[index].relayJoined(name(of: other), at: now)
      nodes[other].relayJoined(name(of: index), at: now)
    }
    relay.members.append(index)
  }

  mutating func leaveRelay(_ index: Int) {
    relay.members.removeAll { $0 == index }
    nodes[index].relayDown(at: now)
    for other in relay.members { nodes[other].relayLeft(name(of: index), at: now) }
  }

  /// Hands datagrams of a node to the relay.
  mutating func carryRelayed(_ index: Int) {
    while let due = nodes[index].pulses.nextRelayed(at: now) {
      guard let to = nodes[index].relayName(due.peer) else { continue }
      relay.flying.append((index, to, RelayPayload.text(pulses: due.datagrams)))
    }
  }

  /// Delivers what was handed to the relay; `false` when that was nothing.
  mutating func deliverRelayed() throws -> Bool {
    let flying = relay.flying
    relay.flying = []
    for (from, to, text) in flying {
      if relay.losing > 0 {
        relay.losing -= 1
        if relay.losing == 0 { continue }
      }
      guard relay.members.contains(from),
        let target = relay.members.first(where: { name(of: $0) == to }), !dead.contains(target)
      else { continue }
      relay.carried.append((from, target, text))
      let seed = try draw()
      for datagram in nodes[target].relayed(text, from: name(of: from), { seed }, at: now) {
        let event = datagram.withUnsafeBytes { nodes[target].pulses.receive($0, at: now) }
        if case .pulse(let peer, _, _) = event { pulsesHeard[target].append(peer) }
      }
    }
    return !flying.isEmpty
  }
}
