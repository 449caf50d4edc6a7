// SPDX-License-Identifier: Apache-2.0

/// A parsed YAML value that remembers where it stood, so that every complaint can name its line.
package struct YAMLValue {
  package enum Content {
    case scalar(String)
    /// Keys in the order of the file; a duplicate key never gets this far.
    case mapping([Entry])
    case sequence([YAMLValue])
  }

  package struct Entry {
    package let key: String
    package let line: Int
    package let value: YAMLValue
  }

  package let content: Content
  /// Line in the file, from 1.
  package let line: Int

  /// What the value is, in the words of a message to its author.
  package var kind: String {
    switch content {
    case .scalar: "a single value"
    case .mapping: "a mapping (key: value)"
    case .sequence: "a list"
    }
  }
}

/// What is wrong with a configuration file, and what was expected in its place.
package struct ConfigurationFailure: Error, Equatable, CustomStringConvertible {
  package let file: String
  /// Line from 1; 0 where the complaint is about the whole file.
  package let line: Int
  /// Dotted path of the key, such as `inputs[0].rate`; empty for a syntax error.
  package let key: String
  package let problem: String

  package var description: String {
    let place = line > 0 ? "\(file):\(line)" : file
    return key.isEmpty ? "\(place): \(problem)" : "\(place): \(key): \(problem)"
  }
}
