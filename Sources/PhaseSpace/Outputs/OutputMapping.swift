// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// How a global phasor and a coherence become something to hear, see or drive.
package enum OutputMapping: UInt8, Equatable, Sendable {
  /// The seed's: real and imaginary parts, linear, clamped to what hardware takes.
  case seed
  /// The angle: an octave either way of 440 Hz, cosine and sine for the wheels.
  case angle

  /// A tone: hertz 0…880, of which nothing is heard below 20, and a volume 0…1.
  package struct Tone: Equatable, Sendable {
    package var frequency: Double
    package var volume: Double

    package init(frequency: Double, volume: Double) {
      self.frequency = frequency
      self.volume = volume
    }

    package static let silence = Tone(frequency: 440, volume: 0)
  }

  /// A drive: −1…1 each, and the servo pulse of the velocity, 1…2 ms.
  package struct Drive: Equatable, Sendable {
    package var velocity: Double
    package var rotation: Double
    package var pulseMilliseconds: Double { 1 + (velocity + 1) / 2 }

    package static let neutral = Drive(velocity: 0, rotation: 0)
  }

  /// A light: hue 0…360 degrees, brightness 0…1.
  package struct Light: Equatable, Sendable {
    package var hue: Double
    package var brightness: Double

    package static let dark = Light(hue: 0, brightness: 0)
  }

  /// The tone of a phasor; silence where there is none.
  package func tone(_ phasor: Phasor?, coherence: Double) -> Tone {
    guard let phasor, phasor.isFinite else { return .silence }
    let volume = Self.clamp(coherence, 0, 1)
    switch self {
    case .seed:
      return Tone(frequency: Self.clamp(440 + phasor.re * 440, 0, 880), volume: volume)
    case .angle:
      guard let unit = phasor.unit else { return .silence }
      return Tone(frequency: 440 * exp2(unit.angle / Double.pi), volume: volume)
    }
  }

  /// The drive of a phasor; neutral where there is none.
  ///
  /// The seed's form gives full reverse for a phasor of zero. Whoever moves something with it must
  /// gate it: by coherence, by age, by a dead-man timer.
  package func drive(_ phasor: Phasor?, coherence: Double) -> Drive {
    guard let phasor, phasor.isFinite else { return .neutral }
    switch self {
    case .seed:
      return Drive(
        velocity: Self.clamp((phasor.re - 0.5) * 2, -1, 1),
        rotation: Self.clamp((phasor.im - 0.5) * 2, -1, 1))
    case .angle:
      guard let unit = phasor.unit else { return .neutral }
      let force = Self.clamp(coherence, 0, 1)
      return Drive(velocity: unit.re * force, rotation: unit.im * force)
    }
  }

  /// The light of a phasor; dark where there is none.
  package func light(_ phasor: Phasor?, coherence: Double) -> Light {
    guard let phasor, phasor.isFinite else { return .dark }
    let brightness = Self.clamp(coherence, 0, 1)
    switch self {
    case .seed:
      return Light(hue: Self.turn(phasor.re), brightness: brightness)
    case .angle:
      guard let unit = phasor.unit else { return .dark }
      return Light(hue: Self.turn(unit.angle / (2 * Double.pi)), brightness: brightness)
    }
  }

  /// `value` within bounds; the lower bound if it is not finite.
  private static func clamp(_ value: Double, _ low: Double, _ high: Double) -> Double {
    value.isFinite ? min(max(value, low), high) : low
  }

  /// Turns as degrees within 0…360.
  private static func turn(_ turns: Double) -> Double {
    let degrees = turns * 360
    return degrees - 360 * (degrees / 360).rounded(.down)
  }
}
