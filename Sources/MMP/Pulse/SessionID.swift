// SPDX-License-Identifier: Apache-2.0

/// Names a session towards the receiver who chose it; 0 is never chosen.
package struct SessionID: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package var description: String { "session \(rawValue)" }
}
