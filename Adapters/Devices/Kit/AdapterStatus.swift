// SPDX-License-Identifier: Apache-2.0

/// How an adapter is doing; a failed one tries again by itself while the node runs on.
package enum AdapterStatus: Equatable, Sendable, CustomStringConvertible {
  /// Not started, or stopped on purpose.
  case stopped
  /// The device works; the text says which and how it was opened.
  case working(String)
  /// The device does not work for `reason`; it is tried again at `retryAt`, monotonic nanoseconds.
  case failed(reason: String, retryAt: Int64)

  package var isWorking: Bool {
    if case .working = self { return true }
    return false
  }

  package var description: String {
    switch self {
    case .stopped: "stopped"
    case .working(let detail): "working: \(detail)"
    case .failed(let reason, _): "failed: \(reason)"
    }
  }
}
