// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Runtime

/// The kernel's routing table is read for the interface of the default route.
struct DefaultRouteTests {
  private static let header =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"

  @Test func findsTheDefaultRoute() {
    let rows =
      "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
      + "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    #expect(DefaultRoute.interface(in: Array((Self.header + rows).utf8)) == "wlan0")
  }

  @Test(arguments: ["", "Iface\tDestination\n", "garbage\n\n\t\t\n", "x\ny 00000000\n"])
  func findsNoneWhereThereIsNone(_ table: String) {
    #expect(DefaultRoute.interface(in: Array(table.utf8)) == nil)
  }
}
