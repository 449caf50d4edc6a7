// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Tells the service manager how the service is doing (sd_notify(3) protocol).
///
/// Each message is one datagram to the socket named by NOTIFY_SOCKET; a leading "@" stands for
/// the abstract name space.
package struct ServiceNotifier {
  private let path: String
  /// How often the manager wants to hear `watchdog`, in nanoseconds: half of its limit; nil if not.
  package let watchdogNanoseconds: Int64?

  /// The notifier the environment asks for, or nil outside a service manager.
  package init?() {
    guard let path = Environment.variable("NOTIFY_SOCKET"), !path.isEmpty else { return nil }
    let isOurs = Environment.variable("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
    let limit = Environment.variable("WATCHDOG_USEC").flatMap { Int64($0) }
    self.init(path: path, watchdogMicroseconds: isOurs ? limit : nil)
  }

  /// A notifier for a given socket.
  package init(path: String, watchdogMicroseconds: Int64?) {
    self.path = path
    watchdogNanoseconds = watchdogMicroseconds.flatMap { $0 > 0 && $0 < 1 << 50 ? $0 * 500 : nil }
  }

  /// The service is up.
  package func ready() throws(SystemError) { try send("READY=1") }

  /// The service has begun to stop.
  package func stopping() throws(SystemError) { try send("STOPPING=1") }

  /// The service is alive.
  package func watchdog() throws(SystemError) { try send("WATCHDOG=1") }

  /// A line for `systemctl status`.
  package func status(_ text: String) throws(SystemError) { try send("STATUS=\(text)") }

  private func send(_ message: String) throws(SystemError) {
    let bytes = Array(message.utf8)
    let result = bytes.withUnsafeBytes { tm_unix_datagram(path, $0.baseAddress, $0.count) }
    guard result == 0 else { throw SystemError.last("notify", path) }
  }
}
