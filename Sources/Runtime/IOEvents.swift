// SPDX-License-Identifier: Apache-2.0

/// What a descriptor is watched for, and what it is ready for.
///
/// The values are those of poll(2) and epoll(7) alike, so a library's poll table fits.
package struct IOEvents: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let readable = IOEvents(rawValue: 0x001)
  package static let priority = IOEvents(rawValue: 0x002)
  package static let writable = IOEvents(rawValue: 0x004)
  /// Reported without being asked for.
  package static let failed = IOEvents(rawValue: 0x008)
  /// Reported without being asked for: the other end is gone.
  package static let hungUp = IOEvents(rawValue: 0x010)
}
