// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// The `ipc` section: where local applications and the command line reach the node, and who may.
package struct IPCSettings: Equatable, Sendable {
  /// Where applications made for the nodes in the field look for one.
  static let compatibilitySocket = "/tmp/sym.sock"

  package let socket: String
  /// Permissions of the sockets.
  package let mode: UInt32
  /// Whose members are answered, besides root and the node's own user.
  package let group: UInt32?
  /// Whether there is a socket at `compatibilitySocket` too.
  package let isCompatible: Bool
  /// How alike a text and a cognitive profile must point to concern each other, a cosine.
  package let similarity: Double

  init(_ reader: inout SectionReader, paths: NodePaths) throws(ConfigurationFailure) {
    var section = try reader.section("ipc")
    socket = try section?.text("socket") ?? paths.socket
    mode = try Self.mode(&section) ?? 0o660
    group = try Self.group(&section)
    isCompatible = try section?.flag("compatibility") ?? false
    similarity = try section?.number("similarity", in: 0...1, unit: "") ?? 0.25
    try section?.finish()
  }

  private static func mode(_ section: inout SectionReader?) throws(ConfigurationFailure) -> UInt32?
  {
    guard let text = try section?.text("mode") else { return nil }
    guard (3...4).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777 else {
      throw section?.complaint("mode", "is \"\(text)\"; expected octal digits, such as 0660")
        ?? ConfigurationFailure(file: "", line: 0, key: "mode", problem: "")
    }
    return mode
  }

  private static func group(_ section: inout SectionReader?) throws(ConfigurationFailure) -> UInt32?
  {
    guard let name = try section?.text("group") else { return nil }
    guard let number = UserGroup.number(of: name) else {
      throw section?.complaint("group", "is \"\(name)\"; expected a group of this machine")
        ?? ConfigurationFailure(file: "", line: 0, key: "group", problem: "")
    }
    return number
  }

  /// Where the node under `paths` listens, as far as its configuration can be read.
  package static func socket(_ paths: NodePaths) -> String {
    let file = paths.configuration
    do throws(StateFile.Failure) {
      let bytes = try StateFile.read(file, limit: Configuration.maximumBytes) ?? []
      do throws(ConfigurationFailure) {
        var reader = try SectionReader(
          try YAMLParser.parse(bytes, file: file), file: file, path: "")
        return try IPCSettings(&reader, paths: paths).socket
      } catch { return paths.socket }
    } catch { return paths.socket }
  }
}
