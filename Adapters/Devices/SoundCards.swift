// SPDX-License-Identifier: Apache-2.0
internal import CAlsa

/// One sound device that ALSA offers.
package struct SoundDevice: Equatable, Sendable {
  /// The name to configure, such as "hw:CARD=Device,DEV=0".
  package let name: String
  /// What ALSA says of it, on one line.
  package let summary: String
  package let captures: Bool
  package let plays: Bool
}

/// The sound devices of this machine.
package enum SoundCards {
  /// Every PCM that ALSA's configuration offers, those of sound cards and its own.
  package static var list: [SoundDevice] {
    calsa_capture_messages()
    var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    guard snd_device_name_hint(-1, "pcm", &hints) == 0, let list = hints else { return [] }
    defer {
      snd_device_name_free_hint(list)
      snd_config_update_free_global()
    }
    var devices: [SoundDevice] = []
    var next = list
    while let hint = next.pointee {
      if let device = device(hint) { devices.append(device) }
      next += 1
    }
    return devices
  }

  /// A clause for messages: the hardware that can be opened in this direction.
  package static func present(_ direction: PCMRequest.Direction) -> String {
    let word = direction == .capture ? "capture" : "playback"
    let names = list.filter {
      $0.name.hasPrefix("hw:") && (direction == .capture ? $0.captures : $0.plays)
    }.map { "\"\($0.name)\"" }
    guard !names.isEmpty else { return "there is no sound card for \(word)" }
    let shown = names.prefix(8).joined(separator: ", ")
    return "for \(word) there is \(shown)\(names.count > 8 ? " and more" : "")"
  }

  private static func device(_ hint: UnsafeMutableRawPointer) -> SoundDevice? {
    guard let name = text(hint, "NAME") else { return nil }
    let lines = (text(hint, "DESC") ?? "").split(separator: "\n").map { String($0) }
    let direction = text(hint, "IOID")
    return SoundDevice(
      name: name, summary: lines.joined(separator: ", "),
      captures: direction != "Output", plays: direction != "Input")
  }

  private static func text(_ hint: UnsafeMutableRawPointer, _ key: String) -> String? {
    guard let value = snd_device_name_get_hint(hint, key) else { return nil }
    defer { free(value) }
    return String(cString: value)
  }
}
