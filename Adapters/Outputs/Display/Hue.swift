// SPDX-License-Identifier: Apache-2.0
package import PhaseSpace

/// The colour of a mesh state: hue by phase (one turn around the circle), brightness by coherence.
package enum Hue {
  /// Red, green and blue, 0…255; black without a phase.
  package static func colour(_ state: MeshState?) -> (red: UInt8, green: UInt8, blue: UInt8) {
    guard let state, let phasor = state.globalPhasor, phasor.isFinite else { return (0, 0, 0) }
    let turns = phasor.angle / (2 * Double.pi)
    return colour(turns: turns < 0 ? turns + 1 : turns, brightness: state.meanCoherence)
  }

  /// Full saturation at a hue of 0…1 turns, red at 0; brightness 0…1.
  package static func colour(
    turns: Double, brightness: Double
  ) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let level = brightness.isFinite ? min(max(brightness, 0), 1) : 0
    let sixths = min(max(turns, 0), 0.999_999) * 6
    let sector = Int(sixths)
    let rest = sixths - Double(sector)
    let (up, down) = (byte(rest * level), byte((1 - rest) * level))
    let full = byte(level)
    switch sector {
    case 0: return (full, up, 0)
    case 1: return (down, full, 0)
    case 2: return (0, full, up)
    case 3: return (0, down, full)
    case 4: return (up, 0, full)
    default: return (full, 0, down)
    }
  }

  private static func byte(_ share: Double) -> UInt8 { UInt8((share * 255).rounded()) }
}
