// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

@Suite struct SyncLayerTests {
  /// The seed calls opposite phasors of one magnitude aligned; here they must agree in angle too.
  @Test func oppositePhasorsAreNotAligned() {
    let (east, west) = (Phasor(re: 0.95, im: 0), Phasor(re: -0.95, im: 0))
    #expect(SeedSync(master: east, emissary: west).isAligned)
    var layer = SyncLayer()
    layer.update(master: east, emissary: west, at: 0)
    #expect(!layer.isAligned && layer.phasor == nil && layer.coherence == 0)
    #expect(layer.age(at: 5) == nil)
  }

  /// The coherence reported is that of T before damping: 0.8001 stays above the threshold it passed.
  @Test func theLastGoodPhasorStandsWithItsAge() {
    var layer = SyncLayer()
    let good = Phasor(re: 0.894_5, im: 0)
    layer.update(master: good, emissary: good, at: 1_000)
    #expect(layer.isCollapsed)
    #expect(close(layer.coherence, 0.800_130_25))
    layer.update(master: good, emissary: Phasor(re: 0.5, im: 0), at: 2_000)
    #expect(!layer.isAligned && !layer.isCollapsed)
    #expect(layer.phasor == good)
    #expect(layer.age(at: 4_000) == 3_000)
    layer.update(master: good, emissary: good * Phasor(angle: 0.6), at: 5_000)
    #expect(!layer.isAligned)
    layer.update(master: good, emissary: good * Phasor(angle: 0.4), at: 6_000)
    #expect(layer.isAligned)
  }
}
