// SPDX-License-Identifier: Apache-2.0

/// Where a client connects to: scheme, host, port and path of an absolute URL.
///
/// User names in URLs are refused: they would end up in process lists and logs.
package struct WebAddress: Equatable, Sendable {
  package let isTLS: Bool
  package let host: String
  package let port: UInt16
  /// With query, at least `/`.
  package let path: String

  /// Nil for anything else than `SCHEME://HOST[:PORT][/PATH]`, the scheme being `plain`, or `plain`
  /// with an s for TLS.
  package init?(_ text: String, plain: String, port plainPort: UInt16, tlsPort: UInt16) {
    let bytes = Array(text.utf8)
    guard bytes.count < 1024, bytes.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
    let prefixes = [(plain + "://", false), (plain + "s://", true)]
    guard let (prefix, isTLS) = prefixes.first(where: { text.hasPrefix($0.0) }) else { return nil }
    let rest = bytes.dropFirst(prefix.utf8.count)
    let end = rest.firstIndex { $0 == 47 || $0 == 63 || $0 == 35 } ?? rest.endIndex
    guard let (host, port) = Self.authority(rest[..<end]) else { return nil }
    let tail = rest[end...].prefix { $0 != 35 }
    self.isTLS = isTLS
    self.host = host
    self.port = port ?? (isTLS ? tlsPort : plainPort)
    path = (tail.first == 47 ? "" : "/") + String(decoding: tail, as: UTF8.self)
  }

  /// Of HTTP.
  package init?(http text: String) { self.init(text, plain: "http", port: 80, tlsPort: 443) }
  /// Of MQTT.
  package init?(mqtt text: String) { self.init(text, plain: "mqtt", port: 1883, tlsPort: 8883) }

  private static func authority(_ bytes: ArraySlice<UInt8>) -> (String, UInt16?)? {
    guard !bytes.contains(64) else { return nil }
    var host = bytes
    var digits: ArraySlice<UInt8>?
    if bytes.first == 91 {
      guard let close = bytes.firstIndex(of: 93) else { return nil }
      host = bytes[(bytes.startIndex + 1)..<close]
      let rest = bytes[(close + 1)...]
      guard rest.isEmpty || rest.first == 58 else { return nil }
      digits = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = bytes.firstIndex(of: 58) {
      host = bytes[..<colon]
      digits = bytes[(colon + 1)...]
    }
    guard !host.isEmpty, host.count < 128 else { return nil }
    guard let digits else { return (String(decoding: host, as: UTF8.self), nil) }
    guard let port = UInt16(String(decoding: digits, as: UTF8.self)), port > 0 else { return nil }
    return (String(decoding: host, as: UTF8.self), port)
  }
}
