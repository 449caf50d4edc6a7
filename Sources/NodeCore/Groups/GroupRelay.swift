// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import MMP
internal import Mesh
internal import Runtime

/// The way of groups to a relay: one connection a group, on the channel its token opens.
///
/// A node of this mesh is spoken to over its secure link, which goes through the mesh's own
/// channel; the group's channel tells who is a member. Members without such links are spoken to
/// through it in the clear, where the configuration allows that.
final class GroupRelay {
  private struct Member {
    let group: GroupID
    let line: RelayLine
    let tokenFile: String
  }

  private let url: String
  private let node: (id: String, name: String)
  private let folder: String
  private let services: AdapterServices
  private let log: Log
  private var members: [Member] = []

  /// Uses the relay of the configuration, where it names one; tokens are written to files in `folder` for the process that
  /// connects.
  init?(
    _ configuration: Configuration, nodeID: NodeID, folder: String, services: AdapterServices,
    log: Log
  ) {
    guard let place = configuration.mesh.relay else { return nil }
    (url, self.folder) = (place.url, folder)
    node = (nodeID.description, configuration.node.name)
    (self.services, self.log) = (services, log)
  }

  /// Connects to the group's channel, and again whenever that is needed; what happens there is
  /// told to `handler`.
  func register(_ group: MeshGroup, _ handler: @escaping (RelayReport) -> Void) {
    guard let token = group.token else { return }
    let file = "\(folder)/group-\(group.id).token"
    do throws(StateFile.Failure) { try StateFile.write(file, Array(token.utf8)) } catch {
      return handler(.lost("\(error)"))
    }
    let endpoint = SurfaceEndpoint.relay(
      url: url, nodeID: node.id, name: node.name, tokenFile: file,
      group: group.id.description)
    members.append(
      Member(
        group: group.id,
        line: RelayLine(
          endpoint, url: "\(url), group \(GroupService.name(of: group))", services,
          log: log, handler),
        tokenFile: file))
  }

  func unregister(_ id: GroupID) {
    for member in members where member.group == id {
      member.line.close()
      StateFile.remove(member.tokenFile)
    }
    members.removeAll { $0.group == id }
  }

  /// Sends the JSON of a frame to a node on the group's channel.
  func send(_ frame: [UInt8], to node: NodeID, in id: GroupID) {
    for member in members where member.group == id {
      member.line.send(frame, to: node.description)
    }
  }
}
