// SPDX-License-Identifier: Apache-2.0
internal import CAlsa

extension PCM {
  /// Sets the card's mixer as the request wants it.
  ///
  /// - Returns: What it is set to now, as a further clause of a status; empty without a wish.
  func mix() throws(PCMError) -> String {
    guard let wish = request.volume else { return "" }
    let card = cardNumber
    guard card >= 0 else {
      throw .unmixed(device: request.device, problem: "it is on no card, so there is no mixer")
    }
    let (isPercent, value): (Int32, Double) =
      switch wish.level {
      case .percent(let percent): (1, percent)
      case .decibels(let decibels): (0, decibels)
      }
    var result = calsa_volume()
    let isCapture: Int32 = request.direction == .capture ? 1 : 0
    let code: Int32
    if let element = wish.element {
      code = calsa_set_volume(card, isCapture, element, isPercent, value, &result)
    } else {
      code = calsa_set_volume(card, isCapture, nil, isPercent, value, &result)
    }
    guard code == 0 else {
      throw .unmixed(device: request.device, problem: Self.problem(code, wish.element))
    }
    return Self.text(&result)
  }

  private static func problem(_ code: Int32, _ element: String?) -> String {
    switch code {
    case -ENOENT:
      element.map { "has no element \"\($0)\" with a volume of this direction" }
        ?? "has no element with a volume of this direction"
    case -ENOTSUP: "does not count in decibels; expected a volume in %"
    default: PCMSetup.said(code)
    }
  }

  private static func text(_ volume: inout calsa_volume) -> String {
    let name = withUnsafeBytes(of: &volume.element) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let percent = "\(name) at \(Int(volume.percent.rounded())) %"
    guard volume.has_decibels != 0 else { return ", \(percent)" }
    return ", \(percent), \(SoundLevel.tenths(volume.decibels)) dB"
  }
}
