// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

@Suite struct OutputMappingTests {
  @Test func theAngleIsAnOctaveEitherWay() {
    let mapping = OutputMapping.angle
    #expect(close(mapping.tone(Phasor(re: 0.3, im: 0), coherence: 1).frequency, 440))
    #expect(close(mapping.tone(Phasor(re: -1, im: 0), coherence: 1).frequency, 880))
    let quarter = mapping.tone(Phasor(re: 0, im: -1), coherence: 0.5)
    #expect(close(quarter.frequency, 311.126_983_722_080_9))
    #expect(quarter.volume == 0.5)
    let drive = mapping.drive(Phasor(re: 0, im: 2), coherence: 0.5)
    #expect(close(drive.velocity, 0) && close(drive.rotation, 0.5))
    #expect(close(mapping.light(Phasor(re: 0, im: -1), coherence: 1).hue, 270))
  }

  @Test func whereThereIsNoPhaseThereIsNoOutput() {
    for mapping in [OutputMapping.seed, .angle] {
      for phasor in [nil, Phasor(re: .nan, im: 0), Phasor(re: 0, im: .infinity)] {
        #expect(mapping.tone(phasor, coherence: 1).volume == 0)
        #expect(mapping.drive(phasor, coherence: 1) == .neutral)
        #expect(mapping.light(phasor, coherence: 1).brightness == 0)
      }
    }
    #expect(OutputMapping.angle.drive(.zero, coherence: 1) == .neutral)
    #expect(OutputMapping.angle.tone(.zero, coherence: .nan).volume == 0)
  }
}
