// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import NodeCore
internal import Runtime

final class NodeVerb: Verb {
  override var name: StaticString { "node" }
  override var summary: StaticString { "takes a node out of the mesh for ever" }
  override var usage: StaticString {
    "node revoke NAME|ID [--state DIR] [--overlap TIME] [--owner FILE] [--passphrase-file FILE]"
  }
  override var options: [Option] {
    [.state, OwnerOptions.overlap, OwnerOptions.file, OwnerOptions.passphrase]
  }
  override var notes: StaticString {
    """
    Its links end on every member at once, and the secret of the mesh is replaced: the node does
    not learn the new one. Until --overlap is over the old one opens links for nodes that were
    known before, and for nobody else.
    """
  }

  override func run(_ arguments: Arguments) -> Int32 {
    guard arguments.operands.count == 2, arguments.operands[0] == "revoke" else {
      StandardOutput.writeError("usage: taumesh \(usage)\n")
      return 2
    }
    do throws(OwnerDesk.Failure) {
      let node = try Self.find(arguments.operands[1], paths(arguments).socket)
      let overlap = try OwnerOptions.overlap(arguments)
      let desk = try OwnerOptions.desk(arguments)
      KeyVerb.show(
        try desk.decide { _ throws(OwnerDesk.Failure) in
          [.revocation(node), try OwnerDesk.rotation(overlap: overlap, isGuarded: true)]
        })
      return 0
    } catch {
      StandardOutput.writeError("taumesh node: \(error)\n")
      return 1
    }
  }

  /// The node called `name` among those the member behind `socket` knows, here or away.
  private static func find(_ name: String, _ socket: String) throws(OwnerDesk.Failure) -> NodeID {
    if let nodeID = NodeID(name) { return nodeID }
    do throws(ControlClient.Failure) {
      let found = try ControlClient.peers(socket: socket).filter { $0.name == name }
      guard found.count == 1, let nodeID = NodeID(found[0].nodeID) else {
        throw ControlClient.Failure(
          description: found.isEmpty
            ? "no peer is called \(name); `taumesh peers` lists them"
            : "\(found.count) peers are called \(name); name the node by its identifier")
      }
      return nodeID
    } catch { throw OwnerDesk.Failure(description: error.description) }
  }
}
