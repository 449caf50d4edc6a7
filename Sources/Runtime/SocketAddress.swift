// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A numeric IPv4 or IPv6 address with a port; names are never looked up.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
  private var high: UInt64
  private var low: UInt64
  private var scope: UInt32
  package var port: UInt16
  package let isIPv6: Bool

  /// Every local address, IPv6 and IPv4 alike; IPv4 alone where the kernel has no IPv6.
  package static func any(port: UInt16) -> SocketAddress {
    SocketAddress(high: 0, low: 0, scope: 0, port: port, isIPv6: true)
  }

  /// Every local IPv4 address, for machines without IPv6.
  package static func anyIPv4(port: UInt16) -> SocketAddress {
    SocketAddress(high: 0, low: 0, scope: 0, port: port, isIPv6: false)
  }

  /// 127.0.0.1.
  package static func loopback(port: UInt16) -> SocketAddress {
    SocketAddress(high: 0x7f00_0001 << 32, low: 0, scope: 0, port: port, isIPv6: false)
  }

  private init(high: UInt64, low: UInt64, scope: UInt32, port: UInt16, isIPv6: Bool) {
    (self.high, self.low, self.scope) = (high, low, scope)
    (self.port, self.isIPv6) = (port, isIPv6)
  }

  /// An address as stored by C code: 16 bytes, of which IPv4 uses the first four.
  package init(bytes: UnsafeRawBufferPointer, scope: UInt32, port: UInt16, isIPv6: Bool) {
    func word(_ start: Int, _ count: Int) -> UInt64 {
      var value: UInt64 = 0
      for index in 0..<8 {
        let byte = index < count && start + index < bytes.count ? bytes[start + index] : 0
        value = value << 8 | UInt64(byte)
      }
      return value
    }
    self.init(
      high: word(0, isIPv6 ? 8 : 4), low: isIPv6 ? word(8, 8) : 0, scope: isIPv6 ? scope : 0,
      port: port, isIPv6: isIPv6)
  }

  /// Parses "192.0.2.1:7778" or "[2001:db8::1]:7778"; without port, `defaultPort` if given.
  ///
  /// An IPv6 address may stand without brackets when it has no port; "%eth0" names the link.
  package init?(_ text: String, defaultPort: UInt16? = nil) {
    guard let parts = SocketAddress.split(text) else { return nil }
    guard let port = parts.port ?? defaultPort else { return nil }
    var address = tm_address()
    guard tm_address_parse(parts.host, &address) == 1 else { return nil }
    guard parts.isBracketed == false || address.is_ipv6 == 1 else { return nil }
    address.port = port
    self.init(address)
  }

  /// The address without its port, as text.
  package var host: String {
    var address = kernelForm
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      guard let start = text.baseAddress else { return "" }
      tm_address_format(&address, start)
      return String(cString: start)
    }
  }

  package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether a socket bound to this address can send to `other`: one of its own family, or any
  /// from the address of both families.
  package func reaches(_ other: SocketAddress) -> Bool {
    isIPv6 == other.isIPv6 || isIPv6 && high == 0 && low == 0
  }

  /// Whether packets to this address stay on this machine.
  package var isLoopback: Bool { isIPv6 ? high == 0 && low == 1 : high >> 56 == 127 }
}

extension SocketAddress {
  private typealias Parts = (host: String, port: UInt16?, isBracketed: Bool)

  private static func split(_ text: String) -> Parts? {
    let bytes = Array(text.utf8)
    let colon = UInt8(ascii: ":")
    let colons = bytes.reduce(0) { $1 == colon ? $0 + 1 : $0 }
    if bytes.first == UInt8(ascii: "[") {
      guard let end = bytes.lastIndex(of: UInt8(ascii: "]")) else { return nil }
      let host = String(decoding: bytes[1..<end], as: UTF8.self)
      if end == bytes.count - 1 { return (host, nil, true) }
      guard bytes[end + 1] == colon, let port = number(bytes[(end + 2)...]) else { return nil }
      return (host, port, true)
    }
    guard colons == 1, let at = bytes.firstIndex(of: colon) else { return (text, nil, false) }
    guard let port = number(bytes[(at + 1)...]) else { return nil }
    return (String(decoding: bytes[..<at], as: UTF8.self), port, false)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt16? {
    guard !digits.isEmpty, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self))
  }

  /// The address in the form the socket shims take.
  var kernelForm: tm_address {
    var address = tm_address()
    address.scope = scope
    address.port = port
    address.is_ipv6 = isIPv6 ? 1 : 0
    withUnsafeMutableBytes(of: &address.bytes) { bytes in
      bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
      bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return address
  }

  init(_ address: tm_address) {
    var bytes = address.bytes
    let (high, low) = withUnsafeBytes(of: &bytes) { bytes in
      (
        UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
    self.init(
      high: high, low: low, scope: address.scope, port: address.port,
      isIPv6: address.is_ipv6 == 1)
  }
}
