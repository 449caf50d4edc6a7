// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Devices

/// What can be said about GPIO lines on a machine that has none; lines themselves are driven on
/// the emulated boards.
@Suite struct GPIOPlaceTests {
  @Test(arguments: ["17", "", "pinctrl-bcm2835:", ":17", String(repeating: "x", count: 40)])
  func aTextThatNamesNoLineIsRefused(text: String) {
    let error = #expect(throws: GPIOError.self) { _ = try GPIOPlace(text) }
    #expect(error?.description.hasSuffix("expected GPIO17, a line's name, or LABEL:OFFSET") == true)
  }

  @Test func aChipIsAskedForByItsLabelNeverByItsNumber() {
    for chip in ["gpiochip0", "no-such-chip"] {
      let error = #expect(throws: GPIOError.self) { _ = try GPIOPlace("17", chip: chip) }
      #expect(error?.operation == .find && error?.code == noDevice)
      #expect(error?.description.contains("17 on \(chip)") == true)
    }
  }

  private let noDevice: Int32 = 19
}
