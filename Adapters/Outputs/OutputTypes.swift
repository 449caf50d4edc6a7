// SPDX-License-Identifier: Apache-2.0

extension OutputType {
  /// The outputs there are.
  ///
  /// A new one is a file with its `OutputType`, and its line here.
  package static var all: [OutputType] {
    [
      Display.type,
      Motors.type,
      OLED.type,
      Speaker.type,
      StatusLED.type,
      TextLog.type,
      Webhook.type,
    ]
  }

  /// The type a configuration calls `name`.
  package static func named(_ name: String) -> OutputType? { all.first { $0.name == name } }
}
