// SPDX-License-Identifier: Apache-2.0

/// Members of objects: a name and a value in one call.
extension JSONWriter {
  package mutating func field(_ name: String, _ text: String) {
    key(name)
    value(text)
  }

  package mutating func field(_ name: String, _ number: Int64) {
    key(name)
    value(number)
  }

  package mutating func field(_ name: String, _ number: Int) {
    key(name)
    value(number)
  }

  package mutating func field(_ name: String, _ number: UInt64) {
    key(name)
    number <= UInt64(Int64.max) ? value(Int64(number)) : value(Double(number))
  }

  package mutating func field(_ name: String, _ number: Double) {
    key(name)
    value(number)
  }

  package mutating func field(_ name: String, _ flag: Bool) {
    key(name)
    value(flag)
  }

  /// Writes `null` when there is no number.
  package mutating func field(_ name: String, orNull number: Double?) {
    key(name)
    if let number { value(number) } else { null() }
  }

  /// Writes `null` when there is no text.
  package mutating func field(_ name: String, orNull text: String?) {
    key(name)
    if let text { value(text) } else { null() }
  }

  package mutating func null(_ name: String) {
    key(name)
    null()
  }

  package mutating func array(_ name: String, of texts: [String]) {
    array(name) { list in
      for text in texts { list.value(text) }
    }
  }

  package mutating func array(_ name: String, of numbers: [Double]) {
    array(name) { list in
      for number in numbers { list.value(number) }
    }
  }
}
