// SPDX-License-Identifier: Apache-2.0

/// One channel of a PCA9685.
final class PCAPort: PortDriver {
  let chip: PCA9685
  private let channel: Int

  init(_ chip: PCA9685, channel: Int) { (self.chip, self.channel) = (chip, channel) }

  var deadline: Int64? { nil }

  func set(_ duty: Double, at now: Int64) -> Bool {
    chip.set(channel, duty)
    return chip.state == .ready
  }

  func neutral(at now: Int64) -> Bool {
    chip.clear(channel)
    return chip.state == .ready
  }

  func advance(to now: Int64) -> Bool { chip.state == .ready }
}
