// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// The `surface` section: where HTTP and WebSocket inputs are served.
package struct SurfaceSettings: Equatable, Sendable {
  /// A numeric address; the machine itself alone unless configured.
  package let address: String
  package let port: UInt16
  /// The file with the token that requests must carry; made on the first start.
  package let tokenFile: String
  /// Certificates of the authorities to trust (PEM); nil for the system's.
  package let certificatesFile: String?

  /// Where Linux systems keep the certificates of the authorities they trust.
  private static let certificatePlaces = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt",
  ]

  init(_ reader: inout SectionReader, paths: NodePaths) throws(ConfigurationFailure) {
    var section = try reader.section("surface")
    let defaults = SurfaceSettings(paths: paths)
    let text = try section?.text("address") ?? defaults.address
    guard SocketAddress(text, defaultPort: 9001) != nil, !text.utf8.contains(91) else {
      throw section?.complaint(
        "address", "is \"\(text)\"; expected an IPv4 or IPv6 address without a port")
        ?? reader.complaint("surface", "has no valid address")
    }
    address = text
    port = UInt16(try section?.integer("port", in: 0...65535) ?? Int(defaults.port))
    tokenFile = try section?.text("token-file") ?? defaults.tokenFile
    certificatesFile = try section?.text("ca-file")
    try section?.finish()
  }

  private init(paths: NodePaths) {
    (address, port, tokenFile) = ("127.0.0.1", 9001, paths.surfaceToken)
    certificatesFile = nil
  }

  /// The section of the configuration of the node under `paths`, and nothing else of it.
  package static func load(_ paths: NodePaths) throws(ConfigurationFailure) -> SurfaceSettings {
    var reader: SectionReader
    if let found = try SectionReader(file: paths.configuration) {
      reader = found
    } else {
      let nothing = try YAMLParser.parse([], file: paths.configuration)
      reader = try SectionReader(nothing, file: paths.configuration, path: "")
    }
    return try SurfaceSettings(&reader, paths: paths)
  }

  /// The file of certificates to trust; nil where there is none.
  package var certificates: String? {
    if let certificatesFile { return certificatesFile }
    return Self.certificatePlaces.first { Folder.exists($0) }
  }

  /// The token in `tokenFile`, made and written (mode 0600) where there is none.
  package func token() throws(Keys.Failure) -> String {
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(tokenFile, limit: 256, isSecret: true)
    } catch { throw Keys.Failure(description: "\(error)") }
    if let bytes { return try Self.token(in: bytes, tokenFile) }
    let token = MeshSecret.text(of: try Keys.randomKey())
    do throws(StateFile.Failure) {
      try StateFile.write(tokenFile, Array("\(token)\n".utf8))
    } catch { throw Keys.Failure(description: "\(error)") }
    return token
  }

  private static func token(in bytes: [UInt8], _ file: String) throws(Keys.Failure) -> String {
    let line = bytes.prefix { $0 > 32 && $0 < 127 }
    guard (16...127).contains(line.count), bytes.count <= line.count + 1 else {
      throw Keys.Failure(
        description: "\(file): expected one line of 16 to 127 characters without blanks")
    }
    return String(decoding: line, as: UTF8.self)
  }
}
