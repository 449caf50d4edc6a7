// SPDX-License-Identifier: Apache-2.0

/// The `groups` section: how this node behaves in mesh groups.
package struct GroupSettings {
  /// Whether blocks of a group are taken from nodes that are no known members.
  package let acceptsUnknown: Bool
  /// Whether nodes without secure links may be members, where `mesh.allow-plaintext` lets them in.
  package let allowsPlaintext: Bool
  /// Whether groups are advertised under their successor's name, too.
  package let advertisesRooms: Bool

  init(_ reader: inout SectionReader) throws(ConfigurationFailure) {
    var section = try reader.section("groups")
    acceptsUnknown = try section?.flag("accept-unknown") ?? false
    allowsPlaintext = try section?.flag("allow-plaintext") ?? false
    advertisesRooms = try section?.flag("rooms") ?? true
    try section?.finish()
  }
}
