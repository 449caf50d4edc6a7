// SPDX-License-Identifier: Apache-2.0
package import MMP

/// One thing `taumesh doctor` looked at.
package struct Finding: Equatable {
  package enum Verdict: Equatable, CustomStringConvertible {
    case good
    case warning
    case problem

    package var description: String {
      switch self {
      case .good: "ok"
      case .warning: "warning"
      case .problem: "PROBLEM"
      }
    }
  }

  package let verdict: Verdict
  /// What was looked at: a file, a device, a port.
  package let subject: String
  /// What was found, and what to do about it where something is wrong.
  package let detail: String

  init(_ verdict: Verdict, _ subject: String, _ detail: String) {
    (self.verdict, self.subject, self.detail) = (verdict, subject, detail)
  }

  package func write(_ object: inout JSONWriter) {
    object.field("verdict", verdict == .problem ? "problem" : verdict.description)
    object.field("subject", subject)
    object.field("detail", detail)
  }
}
