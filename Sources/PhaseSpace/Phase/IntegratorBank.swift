// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// Integrators of one input at geometrically spaced time constants, fastest first.
///
/// The slowest is what a node offers as context to faster nodes.
package struct IntegratorBank: Sendable {
  package private(set) var integrators: [Integrator]

  /// `count` ≥ 1 integrators from `tauBase` to `tauMax` seconds inclusive.
  package init(tauBase: Double, tauMax: Double, count: Int) {
    let steps = Double(max(count, 2) - 1)
    let ratio = tauMax / tauBase
    integrators = (0..<max(count, 1)).map {
      Integrator(tau: tauBase * pow(ratio, Double($0) / steps))
    }
  }

  /// The bank of a profile: three time constants.
  package init(profile: TauProfile) {
    self.init(tauBase: profile.tauBase, tauMax: profile.tauMax, count: profile.bankCount)
  }

  /// Takes `phasor`, which held for the last `dt` seconds, into every window.
  package mutating func add(_ phasor: Phasor, dt: Double) {
    for index in integrators.indices { integrators[index].add(phasor, dt: dt) }
  }

  /// Lets `seconds` pass without samples, as after a restart.
  package mutating func decay(seconds: Double) {
    for index in integrators.indices { integrators[index].decay(seconds: seconds) }
  }

  /// Re, im and weight of each integrator's sum, to be kept over a restart.
  package var sums: [[Double]] { integrators.map { [$0.sum.re, $0.sum.im, $0.weight] } }

  /// Takes up what `sums` gave; false, and nothing changed, where it does not fit this bank.
  package mutating func restore(_ sums: [[Double]]) -> Bool {
    guard sums.count == integrators.count else { return false }
    for sum in sums {
      guard sum.count == 3, sum.allSatisfy({ $0.isFinite && abs($0) <= 1 }), sum[2] >= 0 else {
        return false
      }
    }
    for index in sums.indices {
      let (re, im, weight) = (sums[index][0], sums[index][1], sums[index][2])
      integrators[index].restore(sum: Phasor(re: re, im: im), weight: weight)
    }
    return true
  }
}
