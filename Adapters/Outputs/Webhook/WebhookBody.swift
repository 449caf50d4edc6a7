// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// The JSON a webhook posts.
enum WebhookBody {
  /// `{"channel": …, "coherence": C̄, "phase": {"real": …, "imag": …}, "nodes": N, "emergent": …}`;
  /// the phase is null where there is none.
  static func json(_ situation: OutputSituation) -> [UInt8] {
    let state = situation.state
    var text = "{\"channel\":\"\(escaped(situation.channel))\""
    text += ",\"coherence\":\(number(state?.meanCoherence ?? 0))"
    if let phasor = state?.globalPhasor, phasor.isFinite {
      text += ",\"phase\":{\"real\":\(number(phasor.re)),\"imag\":\(number(phasor.im))}"
    } else {
      text += ",\"phase\":null"
    }
    text += ",\"nodes\":\(state?.memberCount ?? 0)"
    text += ",\"emergent\":\(state?.isEmergent ?? false)}"
    return Array(text.utf8)
  }

  private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "0" }

  /// Channel names are without control characters.
  private static func escaped(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if byte == 34 || byte == 92 { bytes.append(92) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
