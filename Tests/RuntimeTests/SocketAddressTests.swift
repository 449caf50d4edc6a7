// SPDX-License-Identifier: Apache-2.0

import Runtime
import Testing

@Suite struct SocketAddressTests {
  @Test(arguments: [
    ("192.0.2.7:7778", "192.0.2.7:7778"),
    ("[2001:db8::1]:9", "[2001:db8::1]:9"),
    ("[2001:DB8:0:0::1]:65535", "[2001:db8::1]:65535"),
    ("[fe80::1%lo]:1", "[fe80::1%lo]:1"),
    ("0.0.0.0:0", "0.0.0.0:0"),
  ])
  func wellFormed(_ source: String, _ printed: String) throws {
    let address = try #require(SocketAddress(source))
    #expect(address.description == printed)
    #expect(SocketAddress(address.description) == address)
  }

  @Test func theDefaultPortFillsIn() throws {
    #expect(SocketAddress("10.0.0.1", defaultPort: 7)?.description == "10.0.0.1:7")
    #expect(SocketAddress("::1", defaultPort: 7)?.description == "[::1]:7")
    #expect(SocketAddress("[::1]", defaultPort: 7)?.description == "[::1]:7")
    #expect(SocketAddress("10.0.0.1:8", defaultPort: 7)?.port == 8)
  }

  @Test(arguments: [
    "", ":", ":1", "1.2.3.4", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3:1",
    "1.2.3.4:1:2", "256.1.1.1:1", "[::1", "[::1]1", "[::1]:", "[]:1", "[1.2.3.4]:1", "::1",
    "example.org:1", "1.2.3.4 :1", "[fe80::1%nolink]:1", "1.2.3.4:+5", "]:1", "[:1",
    "[fe80::1%averyveryveryverylongscopename0123456789012345678901234567890]:1",
  ])
  func malformed(_ source: String) {
    #expect(SocketAddress(source) == nil)
  }

  @Test func storedBytesAreReadInNetworkOrder() {
    let four: [UInt8] = [192, 0, 2, 7, 9, 9, 9, 9]
    let sixteen: [UInt8] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    four.withUnsafeBytes {
      let address = SocketAddress(bytes: $0, scope: 3, port: 5, isIPv6: false)
      #expect(address == SocketAddress("192.0.2.7:5"))
    }
    sixteen.withUnsafeBytes {
      let address = SocketAddress(bytes: $0, scope: 0, port: 5, isIPv6: true)
      #expect(address == SocketAddress("[2001:db8::1]:5"))
    }
    #expect(SocketAddress.loopback(port: 1).isLoopback)
    #expect(SocketAddress("[::1]:1")?.isLoopback == true)
    #expect(SocketAddress("10.0.0.1:1")?.isLoopback == false)
  }
}

@Suite struct ReachTests {
  @Test(arguments: [
    ("0.0.0.0:1", "192.0.2.1:1", true), ("0.0.0.0:1", "[fe80::1%lo]:1", false),
    ("[::]:1", "192.0.2.1:1", true), ("[::]:1", "[fe80::1%lo]:1", true),
    ("[fe80::2%lo]:1", "192.0.2.1:1", false), ("127.0.0.1:1", "127.0.0.2:1", true),
  ])
  func aSocketReachesItsOwnFamily(_ own: String, _ other: String, _ reaches: Bool) throws {
    let (own, other) = (try #require(SocketAddress(own)), try #require(SocketAddress(other)))
    #expect(own.reaches(other) == reaches)
  }
}
