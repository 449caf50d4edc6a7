// SPDX-License-Identifier: Apache-2.0

/// The two published forms of a mesh group, which differ in their words alone.
///
/// |                | `group` (mesh-group-v0.1.0) | `room` (mesh-room-v0.2.0)        |
/// |----------------|-----------------------------|----------------------------------|
/// | service        | `_mmp-mesh-group._tcp`      | `_mmp-mesh-room._tcp`            |
/// | TXT            | `group_id`, `group_label`   | `room_id`, `room_label`          |
/// | `mmp_version`  | 0.2.2                       | 2.0                              |
/// | focus          | `mesh-group:join`, `:leave` | `mesh-room:join`, `:leave`       |
/// | id in a block  | `meta.group_id`             | `roomId` in the signed addition  |
///
/// Both are read, and every block carries both ids; its one focus is that of the first. The first
/// is always advertised, the second unless the configuration says `rooms: false`.
package enum GroupForm: Int, CaseIterable, Sendable {
  case group, room

  private var word: String { self == .group ? "group" : "room" }

  /// Type of the DNS service.
  package var serviceType: String { "_mmp-mesh-\(word)._tcp" }
  package var identifierKey: String { "\(word)_id" }
  package var labelKey: String { "\(word)_label" }
  /// What `mmp_version` says.
  package var version: String { self == .group ? "0.2.2" : "2.0" }

  /// What a block's focus says when a member comes or goes.
  package func focus(_ presence: GroupPresence) -> String {
    "mesh-\(word):\(presence == .join ? "join" : "leave")"
  }

  /// The form whose service type this is.
  package init?(serviceType: String) {
    guard let form = Self.allCases.first(where: { $0.serviceType == serviceType }) else {
      return nil
    }
    self = form
  }
}

/// That a member comes or goes.
package enum GroupPresence: Equatable, Sendable {
  case join, leave

  /// What a block's focus tells, in either form.
  package init?(focus: String) {
    for form in GroupForm.allCases {
      if focus == form.focus(.join) {
        self = .join
        return
      }
      if focus == form.focus(.leave) {
        self = .leave
        return
      }
    }
    return nil
  }
}
