// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace

/// A camera as it is configured.
package struct CameraSettings: Equatable, Sendable {
  package enum Encoding: Equatable, Sendable {
    /// The rhythm of a zone's brightness.
    case brightness
    /// The rhythm of how much moves in a zone.
    case motion
    /// The flicker of lamps at twice the mains' frequency.
    case flicker
  }

  /// Amplitude below which a band holds nothing: an eighth of a step of 8 bits, as a zone's mean.
  private static let floor = 1.0 / 2048

  package var id: String
  /// The name of the channel; zones append theirs.
  package var channel: String
  package var request: VideoRequest
  package var encoding = Encoding.brightness
  /// Centre of the band, hertz.
  package var frequency = 1.0
  /// Two-sided −3 dB width of the band, hertz.
  package var width = 0.5
  /// Poles of the low-pass, 1 or 2.
  package var poles = 2

  package init(id: String, channel: String, request: VideoRequest) {
    (self.id, self.channel, self.request) = (id, channel, request)
  }

  /// The band as frames at `rate` a second show it; nil where they cannot.
  package func sampled(rate: Double) -> SampledSettings? {
    var settings = SampledSettings(
      frequency: frequency, width: width, rate: rate, poles: poles, floor: CameraSettings.floor)
    if encoding == .flicker {
      let alias = FlickerAlias(source: frequency, frameRate: rate)
      guard alias.isVisible else { return nil }
      settings.alias = alias
    }
    return settings.shown.magnitude <= SampledSettings.highestShare * rate ? settings : nil
  }

  /// Why frames at `rate` a second do not show the band.
  package func obstacle(rate: Double) -> String {
    let shown = Self.text(rate)
    guard encoding == .flicker else {
      let most = Self.text(rate * SampledSettings.highestShare)
      return "\(shown) frames/s show at most \(most) Hz; the band is at \(Self.text(frequency)) Hz"
    }
    let alias = FlickerAlias(source: frequency, frameRate: rate)
    return "\(shown) frames/s show \(Self.text(frequency)) Hz at \(Self.text(alias.frequency)) Hz,"
      + " where no phase can be told; choose another rate, such as \(frequency > 110 ? 25 : 30)"
  }

  /// The name of the channel of zone number `index`.
  func channelName(_ index: Int) -> String {
    let zone = request.zones[index].name
    return zone.isEmpty ? channel : "\(channel)-\(zone)"
  }

  /// A number with two decimals, for messages.
  private static func text(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    guard rest != 0 else { return "\(whole)" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest / 10)\(rest % 10)"
  }
}
