// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Memory blocks of a group: made with both forms' marks, and told apart when they come.
///
/// `meta.group_id` is not covered by any signature of MMP; the room's id in the signed addition
/// is. A block with both therefore cannot be moved to another group.
package enum GroupBlock {
  /// Who speaks, and when.
  package struct Author {
    package var identity: Identity
    package var name: String
    /// Room of the handshake, which nodes in the field check.
    package var room: String
    /// Milliseconds of the Unix epoch.
    package var time: Int64

    package init(identity: Identity, name: String, room: String, time: Int64) {
      (self.identity, self.name, self.room, self.time) = (identity, name, room, time)
    }
  }

  /// What the marks of a block say.
  package enum Scope: Equatable, Sendable {
    /// For the whole mesh.
    case everyone
    case group(GroupID)
    /// Of a group whose id is none that a node here can be in, or of two at once.
    case foreign
  }

  /// The block that says that a member comes or goes, in a neutral mood.
  package static func presence(
    _ presence: GroupPresence, in group: MeshGroup, by author: Author
  ) -> CMB {
    var categories = CMBCategories(focus: GroupForm.group.focus(presence))
    categories[.perspective] = author.name
    categories[.mood] = CMBCategories.neutral
    (categories.valence, categories.arousal) = (0, 0)
    return block(categories, in: group, event: presence, by: author)
  }

  /// A block of `categories` for the members of `group`.
  package static func block(
    _ categories: CMBCategories, in group: MeshGroup, event: GroupPresence? = nil,
    by author: Author
  ) -> CMB {
    var cmb = CMB(categories, createdBy: author.name, createdTimestamp: author.time)
    cmb.room = author.room
    cmb.groupID = group.id.description
    var json = JSONWriter()
    json.object { object in
      object.field("extension", "mesh-room-v0.2.0")
      object.field("roomId", group.id.description)
      if let event { object.field("event", event == .join ? "join" : "leave") }
      if let label = group.label, event != nil { object.field("roomLabel", label) }
    }
    cmb.assertion = CMBAssertion(nodeID: author.identity.nodeID.description, json: json.bytes)
    CMBSignature.sign(&cmb, by: author.identity)
    return cmb
  }

  /// For whom `cmb` is.
  package static func scope(of cmb: CMB) -> Scope {
    guard let text = cmb.groupID ?? cmb.assertion?.roomID else { return .everyone }
    guard let group = GroupID(text) else { return .foreign }
    if let room = cmb.assertion?.roomID, GroupID(room) != group { return .foreign }
    return .group(group)
  }

  /// Whether the group of `cmb` may be believed: its signature, where it has one, is its
  /// sender's, and an id that stands in the addition alone is signed.
  package static func isCredible(_ cmb: CMB, sender: Key32?) -> Bool {
    switch CMBSignature.verify(cmb, author: sender) {
    case .valid: true
    case .unsigned, .legacyKey: cmb.assertion?.roomID == nil
    case .contentMismatch, .forged: false
    }
  }
}
