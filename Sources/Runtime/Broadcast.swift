// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Datagrams to everyone on the networks this machine is on (IPv4).
package enum Broadcast {
  /// - Returns: Through how many interfaces it was sent.
  package static func send(_ bytes: [UInt8], port: UInt16) throws(SystemError) -> Int {
    let count = tm_broadcast(bytes, bytes.count, port)
    guard count >= 0 else { throw .last("broadcast to", "port \(port)") }
    return Int(count)
  }
}
