// SPDX-License-Identifier: Apache-2.0
internal import CYaml

/// Reads one YAML document with libyaml into a bounded tree.
///
/// Refused: aliases and anchors (a few lines of them can unfold to gigabytes), duplicate keys,
/// keys that are not plain text, more than `maximumValues` values, nesting deeper than
/// `maximumDepth`, a second document.
package struct YAMLParser {
  static let maximumValues = 4096
  static let maximumDepth = 16

  private let file: String
  private let bytes: [UInt8]
  private var parser = yaml_parser_t()
  private var values = 0

  private init(_ bytes: [UInt8], file: String) { (self.bytes, self.file) = (bytes, file) }

  /// Parses `bytes`; `file` is the name used in messages.
  package static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationFailure)
    -> YAMLValue
  {
    var reader = YAMLParser(bytes, file: file)
    guard yaml_parser_initialize(&reader.parser) == 1 else {
      throw ConfigurationFailure(file: file, line: 0, key: "", problem: "out of memory")
    }
    defer { yaml_parser_delete(&reader.parser) }
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    defer { buffer.deallocate() }
    _ = buffer.initialize(from: bytes)
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&reader.parser, buffer.baseAddress, bytes.count)
    return try reader.document()
  }

  private mutating func document() throws(ConfigurationFailure) -> YAMLValue {
    var root: YAMLValue?
    while true {
      var event = try nextEvent()
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
      case YAML_DOCUMENT_START_EVENT:
        guard root == nil else { throw failure("a second document; expected only one", event) }
        root = try value(depth: 1)
      case YAML_STREAM_END_EVENT:
        return root ?? YAMLValue(content: .mapping([]), line: 1)
      default: throw failure("unexpected content after the document", event)
      }
    }
  }

  private mutating func nextEvent() throws(ConfigurationFailure) -> yaml_event_t {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else {
      var problem = parser.problem.map { String(cString: $0) } ?? "cannot be read as YAML"
      let line = Int(max(parser.problem_mark.line, parser.context_mark.line)) + 1
      if isIndentedByTab(line) { problem = "a tab; expected spaces" }
      throw ConfigurationFailure(file: file, line: line, key: "", problem: "not YAML: \(problem)")
    }
    return event
  }

  /// libyaml's own words for a tab do not mention it, and an editor does not show it.
  private func isIndentedByTab(_ line: Int) -> Bool {
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    guard line <= lines.count else { return false }
    return lines[line - 1].prefix { $0 == 32 || $0 == 9 }.contains(9)
  }

  private mutating func value(depth: Int) throws(ConfigurationFailure) -> YAMLValue {
    var event = try nextEvent()
    defer { yaml_event_delete(&event) }
    return try value(from: event, depth: depth)
  }

  private mutating func value(from event: yaml_event_t, depth: Int) throws(ConfigurationFailure)
    -> YAMLValue
  {
    values += 1
    guard values <= Self.maximumValues else {
      throw failure("more than \(Self.maximumValues) values", event)
    }
    guard depth <= Self.maximumDepth else {
      throw failure("nested deeper than \(Self.maximumDepth) levels", event)
    }
    let line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_SCALAR_EVENT:
      try refuseAnchor(event.data.scalar.anchor, event)
      return YAMLValue(content: .scalar(text(event)), line: line)
    case YAML_SEQUENCE_START_EVENT:
      try refuseAnchor(event.data.sequence_start.anchor, event)
      return YAMLValue(content: .sequence(try elements(depth: depth)), line: line)
    case YAML_MAPPING_START_EVENT:
      try refuseAnchor(event.data.mapping_start.anchor, event)
      return YAMLValue(content: .mapping(try entries(depth: depth)), line: line)
    case YAML_ALIAS_EVENT:
      throw failure("an alias (*name); write the value out instead", event)
    default: throw failure("unexpected end of a value", event)
    }
  }

  private mutating func elements(depth: Int) throws(ConfigurationFailure) -> [YAMLValue] {
    var elements: [YAMLValue] = []
    while true {
      var event = try nextEvent()
      defer { yaml_event_delete(&event) }
      if event.type == YAML_SEQUENCE_END_EVENT { return elements }
      elements.append(try value(from: event, depth: depth + 1))
    }
  }

  private mutating func entries(depth: Int) throws(ConfigurationFailure) -> [YAMLValue.Entry] {
    var entries: [YAMLValue.Entry] = []
    while true {
      var event = try nextEvent()
      defer { yaml_event_delete(&event) }
      if event.type == YAML_MAPPING_END_EVENT { return entries }
      guard event.type == YAML_SCALAR_EVENT else {
        throw failure("a key that is not plain text", event)
      }
      let key = text(event)
      let line = Int(event.start_mark.line) + 1
      if let first = entries.first(where: { $0.key == key }) {
        throw ConfigurationFailure(
          file: file, line: line, key: key, problem: "given twice, first on line \(first.line)")
      }
      entries.append(.init(key: key, line: line, value: try value(depth: depth + 1)))
    }
  }

  private func text(_ event: yaml_event_t) -> String {
    let scalar = event.data.scalar
    return String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
  }

  private func refuseAnchor(_ anchor: UnsafeMutablePointer<yaml_char_t>?, _ event: yaml_event_t)
    throws(ConfigurationFailure)
  {
    guard anchor == nil else { throw failure("an anchor (&name); aliases are not taken", event) }
  }

  private func failure(_ problem: String, _ event: yaml_event_t) -> ConfigurationFailure {
    ConfigurationFailure(
      file: file, line: Int(event.start_mark.line) + 1, key: "", problem: problem)
  }
}
