// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The interface that packets to the world leave by.
package enum DefaultRoute {
  /// Whether it is a wireless one, where every datagram costs its share of the air.
  ///
  /// False where there is no default route. Source: proc(5), /proc/net/route; the kernel makes a
  /// folder `wireless` or `phy80211` in sysfs for such an interface.
  package static var isWireless: Bool {
    guard let interface else { return false }
    var info = tm_file_info()
    return tm_file_info_at("/sys/class/net/\(interface)/wireless", &info) == 0
      || tm_file_info_at("/sys/class/net/\(interface)/phy80211", &info) == 0
  }

  private static var interface: String? {
    do throws(StateFile.Failure) {
      return try StateFile.read("/proc/net/route").flatMap { interface(in: $0) }
    } catch { return nil }
  }

  /// The interface of the first row whose destination is 0.0.0.0.
  static func interface(in table: [UInt8]) -> String? {
    for row in table.split(separator: UInt8(ascii: "\n")).dropFirst() {
      let columns = row.split(whereSeparator: { $0 == 9 || $0 == 32 })
      guard columns.count > 2, columns[1].elementsEqual("00000000".utf8) else { continue }
      return String(decoding: columns[0], as: UTF8.self)
    }
    return nil
  }
}
