// SPDX-License-Identifier: Apache-2.0

/// The program's version, as `taumesh version` and the handshake show it.
package enum Version {
  package static let current = "0.1.0"
}
