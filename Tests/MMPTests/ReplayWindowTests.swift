// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct ReplayWindowTests {
  /// The rule as it is said: once each, and less than 1,024 behind the highest.
  private struct Model {
    private var accepted: Set<UInt64> = []
    private var highest: UInt64 = 0

    func verdict(on counter: UInt64) -> ReplayWindow.Verdict {
      if accepted.isEmpty || counter > highest { return .fresh }
      if highest - counter >= 1_024 { return .tooOld }
      return accepted.contains(counter) ? .seen : .fresh
    }

    mutating func accept(_ counter: UInt64) {
      accepted.insert(counter)
      highest = max(highest, counter)
    }
  }

  @Test(arguments: [40, 300, 1_500, 5_000] as [UInt64])
  func agreesWithItsRuleOnAnyOrder(_ spread: UInt64) {
    var window = ReplayWindow()
    var model = Model()
    var state = spread
    var center: UInt64 = 0
    var seen: [ReplayWindow.Verdict: Int] = [:]
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      center += state >> 62
      let counter = center + (state >> 32) % spread
      let expected = model.verdict(on: counter)
      guard window.verdict(on: counter) == expected else {
        Issue.record("counter \(counter) after \(window.next): expected \(expected)")
        return
      }
      seen[expected, default: 0] += 1
      if expected == .fresh {
        window.accept(counter)
        model.accept(counter)
      }
    }
    #expect(seen[.fresh, default: 0] > 1_000 && seen[.seen, default: 0] > 100)
    #expect(spread < 1_024 || seen[.tooOld, default: 0] > 100)
  }

  @Test func aLongJumpForgetsAllBefore() {
    var window = ReplayWindow()
    for counter in UInt64(0)..<1_100 { window.accept(counter) }
    let far: UInt64 = 1 << 50
    window.accept(far)
    for behind in UInt64(1)..<1_024 { #expect(window.verdict(on: far - behind) == .fresh) }
    #expect(window.verdict(on: far) == .seen)
  }
}
