// SPDX-License-Identifier: Apache-2.0
package import Guard
internal import Inputs
internal import Outputs
internal import Runtime

/// Everything a node is told by its configuration file, checked and with defaults filled in.
package struct Configuration {
  /// What the file may hold at most; a larger one is refused before it is parsed.
  package static let maximumBytes = 64 * 1024
  /// Inputs and outputs a node can have, each.
  static let maximumAdapters = 16

  /// The file it was read from, for messages.
  package let file: String
  package let node: NodeSettings
  package let mesh: MeshSettings
  package let surface: SurfaceSettings
  package let memory: MemorySettings
  package let ipc: IPCSettings
  /// The relay this machine serves; nil for none.
  package let relay: RelaySettings?
  package let groups: GroupSettings
  package let wake: WakeSettings
  package let inputs: [InputSettings]
  package let outputs: [OutputSettings]

  /// What the guard has to know of the outputs that can move something.
  package var motors: [MotorSettings] {
    outputs.compactMap { ($0.output as? Motors)?.settings.motor }
  }

  /// Reads the configuration of the node under `paths`.
  package static func load(_ paths: NodePaths) throws(ConfigurationFailure) -> Configuration {
    let file = paths.configuration
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(file, limit: maximumBytes)
    } catch {
      throw ConfigurationFailure(file: file, line: 0, key: "", problem: "\(error)")
    }
    guard let bytes else {
      throw ConfigurationFailure(
        file: file, line: 0, key: "", problem: "no such file; `taumesh init` writes one")
    }
    return try Configuration(parsing: bytes, file: file, paths: paths)
  }

  /// - Parameters:
  ///   - bytes: The file's content, UTF-8 YAML.
  ///   - file: Its name, for messages.
  ///   - paths: Where files that are not named are.
  /// - Throws: The first complaint, with file, line, key and what was expected.
  package init(parsing bytes: [UInt8], file: String, paths: NodePaths)
    throws(ConfigurationFailure)
  {
    self.file = file
    let root = try YAMLParser.parse(bytes, file: file)
    var reader = try SectionReader(root, file: file, path: "")
    guard var nodeReader = try reader.section("node") else {
      throw reader.complaint("node", "is missing; expected a section with name and profile")
    }
    node = try NodeSettings(&nodeReader)
    guard var meshReader = try reader.section("mesh") else {
      throw reader.complaint("mesh", "is missing; expected a section with id")
    }
    mesh = try MeshSettings(&meshReader, paths: paths)
    surface = try SurfaceSettings(&reader, paths: paths)
    memory = try MemorySettings(&reader, profile: node.profile)
    ipc = try IPCSettings(&reader, paths: paths)
    relay = try reader.section("relay").map { section throws(ConfigurationFailure) in
      var section = section
      return try RelaySettings(&section)
    }
    groups = try GroupSettings(&reader)
    wake = try WakeSettings(&reader)
    inputs = try Self.adapters("inputs", &reader) { section throws(ConfigurationFailure) in
      try InputSettings(&section)
    }
    outputs = try Self.adapters("outputs", &reader) { section throws(ConfigurationFailure) in
      try OutputSettings(&section)
    }
    try reader.finish()
    try refuseSharedNames(reader)
  }

  private static func adapters<Settings>(
    _ key: String, _ reader: inout SectionReader,
    _ read: (inout SectionReader) throws(ConfigurationFailure) -> Settings
  ) throws(ConfigurationFailure) -> [Settings] {
    var adapters: [Settings] = []
    for (index, value) in try reader.list(key).enumerated() {
      guard index < maximumAdapters else {
        throw reader.complaint(key, "more than \(maximumAdapters)")
      }
      var section = try SectionReader(value, file: reader.file, path: "\(key)[\(index)]")
      adapters.append(try read(&section))
    }
    return adapters
  }

  private func refuseSharedNames(_ reader: SectionReader) throws(ConfigurationFailure) {
    var ids: [String] = []
    for id in inputs.map({ $0.id }) + outputs.map({ $0.id }) {
      guard !ids.contains(id) else {
        throw reader.complaint("inputs", "two adapters are called \(id); expected different ids")
      }
      ids.append(id)
    }
    var channels: [String] = []
    for channel in inputs.flatMap({ $0.input.channels.map { $0.name } }) {
      guard !channels.contains(channel) else {
        throw reader.complaint(
          "inputs", "two inputs feed the channel \(channel); expected one input a channel")
      }
      channels.append(channel)
    }
  }
}
