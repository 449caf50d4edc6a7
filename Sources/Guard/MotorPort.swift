// SPDX-License-Identifier: Apache-2.0

/// What one control wire of a motor is connected to.
package enum MotorPort: Equatable, Sendable, CustomStringConvertible {
  /// A GPIO line by name; an active-low one is written `~GPIO17`.
  case line(String, isActiveLow: Bool)
  /// A channel of the kernel's PWM chip of this device name, empty for the only chip there is.
  case pwm(chip: String, channel: Int)
  /// A channel of the PCA9685 of the same entry.
  case pca(Int)

  /// Longest text of a port, bytes.
  package static let longest = 63

  /// Parses `GPIO17`, `~GPIO17`, `LABEL:OFFSET`, `pwm:0`, `pwm:fe20c000.pwm:0` or `pca:5`.
  package init?(_ text: String) {
    guard (1...MotorPort.longest).contains(text.utf8.count) else { return nil }
    if text.hasPrefix("pwm:") {
      let parts = text.dropFirst(4).split(separator: ":", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), let last = parts.last, let channel = Int(last),
        (0...15).contains(channel)
      else { return nil }
      self = .pwm(chip: parts.count == 2 ? String(parts[0]) : "", channel: channel)
    } else if text.hasPrefix("pca:") {
      guard let channel = Int(text.dropFirst(4)), (0...15).contains(channel) else { return nil }
      self = .pca(channel)
    } else if text.hasPrefix("~") {
      guard text.utf8.count > 1 else { return nil }
      self = .line(String(text.dropFirst()), isActiveLow: true)
    } else {
      self = .line(text, isActiveLow: false)
    }
  }

  package var description: String {
    switch self {
    case .line(let name, let isActiveLow): isActiveLow ? "~\(name)" : name
    case .pwm(let chip, let channel): chip.isEmpty ? "pwm:\(channel)" : "pwm:\(chip):\(channel)"
    case .pca(let channel): "pca:\(channel)"
    }
  }

  package var isLine: Bool {
    if case .line = self { return true }
    return false
  }

  package var isPCA: Bool {
    if case .pca = self { return true }
    return false
  }
}
