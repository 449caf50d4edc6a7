// SPDX-License-Identifier: Apache-2.0
internal import CJansson

/// One value of a parsed document; valid only inside the closure that was given it.
package struct JSONValue {
  let node: UnsafeMutablePointer<json_t>

  /// The text of a string.
  package var string: String? {
    guard node.pointee.type == JSON_STRING, let start = json_string_value(node) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: start, count: json_string_length(node))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value of a number written without fraction or exponent.
  package var int: Int64? {
    node.pointee.type == JSON_INTEGER ? Int64(json_integer_value(node)) : nil
  }

  /// The value of any number.
  package var double: Double? {
    node.pointee.type == JSON_INTEGER || node.pointee.type == JSON_REAL
      ? json_number_value(node) : nil
  }

  package var bool: Bool? {
    switch node.pointee.type {
    case JSON_TRUE: true
    case JSON_FALSE: false
    default: nil
    }
  }

  package var isNull: Bool { node.pointee.type == JSON_NULL }
  package var isObject: Bool { node.pointee.type == JSON_OBJECT }
  package var isArray: Bool { node.pointee.type == JSON_ARRAY }

  /// Elements of an array or members of an object; 0 for anything else.
  package var count: Int {
    switch node.pointee.type {
    case JSON_ARRAY: json_array_size(node)
    case JSON_OBJECT: json_object_size(node)
    default: 0
    }
  }

  /// The element of an array at `index`; `nil` for anything else or out of range.
  package subscript(index: Int) -> JSONValue? {
    guard index >= 0, let found = json_array_get(node, index) else { return nil }
    return JSONValue(node: found)
  }

  /// The member of an object called `key`; `nil` for anything else or when absent.
  package subscript(key: String) -> JSONValue? {
    var key = key
    return key.withUTF8 { name in
      name.withMemoryRebound(to: CChar.self) { characters in
        json_object_getn(node, characters.baseAddress, characters.count)
      }
    }.map { found in JSONValue(node: found) }
  }

  package func string(_ key: String) -> String? { self[key]?.string }
  package func int(_ key: String) -> Int64? { self[key]?.int }
  package func double(_ key: String) -> Double? { self[key]?.double }
  package func bool(_ key: String) -> Bool? { self[key]?.bool }

  /// The member called `key` when it is an array.
  package func array(_ key: String) -> JSONValue? {
    guard let found = self[key], found.isArray else { return nil }
    return found
  }

  /// The member called `key` when it is an object.
  package func object(_ key: String) -> JSONValue? {
    guard let found = self[key], found.isObject else { return nil }
    return found
  }

  /// Calls `body` for each member of an object, in the order of the text.
  package func forEachMember(_ body: (String, JSONValue) -> Void) {
    guard isObject else { return }
    var position = json_object_iter(node)
    while let current = position {
      if let name = json_object_iter_key(current), let value = json_object_iter_value(current) {
        let bytes = UnsafeRawBufferPointer(start: name, count: json_object_iter_key_len(current))
        body(String(decoding: bytes, as: UTF8.self), JSONValue(node: value))
      }
      position = json_object_iter_next(node, current)
    }
  }
}
