// SPDX-License-Identifier: Apache-2.0

extension InputType {
  /// The inputs there are.
  ///
  /// A new one is a file with its `InputType`, and its line here.
  package static var all: [InputType] {
    [
      Camera.type,
      Microphone.type,
    ]
  }

  /// The type a configuration calls `name`.
  package static func named(_ name: String) -> InputType? { all.first { $0.name == name } }
}
