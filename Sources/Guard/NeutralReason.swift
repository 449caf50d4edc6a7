// SPDX-License-Identifier: Apache-2.0

/// Why an output is neutral.
package enum NeutralReason: UInt8, CaseIterable, Sendable, CustomStringConvertible {
  /// It has not been told anything yet.
  case start
  /// The node says to rest: its gate is closed.
  case rest
  /// The last set-point's life is over.
  case deadline
  /// The node is gone.
  case closed
  /// A value was no number, or beyond −1…1.
  case badValue
  /// A record was none of ours.
  case badRecord
  /// The emergency stop is on, or its source has not rested since.
  case emergency
  /// A device of the output failed.
  case failed
  /// The guard was told to end.
  case terminated

  package var description: String {
    switch self {
    case .start: "nothing commanded yet"
    case .rest: "told to rest"
    case .deadline: "no set-point in time"
    case .closed: "the node is gone"
    case .badValue: "a set-point was no number from -1 to 1"
    case .badRecord: "a record was not understood"
    case .emergency: "emergency stop"
    case .failed: "a device failed"
    case .terminated: "the guard ends"
    }
  }
}
