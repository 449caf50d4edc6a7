// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Runtime

/// One LED of the kernel's LED class, taken from its trigger and given back to it.
///
/// Source: Documentation/leds/leds-class.rst of Linux. Setting it allocates nothing.
package final class KernelLED {
  package static let folder = "/sys/class/leds"

  package let name: String
  /// The brightness that is full.
  package let maximum: Int
  private let folder: String
  private let formerTrigger: String
  private let formerBrightness: Int
  private let descriptor: Int32
  private var level = -1

  /// Takes the LED from its trigger; it is dark from then on.
  ///
  /// - Throws: The key is empty; the problem names the LED and those there are.
  package init(_ name: String, folder parent: String = KernelLED.folder) throws(AdapterProblem) {
    let folder = "\(parent)/\(name)"
    guard let maximum = Self.number("\(folder)/max_brightness"), maximum > 0 else {
      throw AdapterProblem("", "there is no LED \"\(name)\" in \(parent)")
    }
    (self.name, self.folder, self.maximum) = (name, folder, maximum)
    formerTrigger = Self.chosen(Self.text("\(folder)/trigger") ?? "")
    formerBrightness = Self.number("\(folder)/brightness") ?? 0
    if formerTrigger != "none" { _ = Self.write("none", to: "\(folder)/trigger") }
    descriptor = tm_open("\(folder)/brightness", O_WRONLY, 0)
    guard descriptor >= 0 else {
      throw AdapterProblem("", "\(SystemError("set", "LED \(name)", code: tm_errno()))")
    }
    guard set(0) else {
      throw AdapterProblem("", "\(SystemError("set", "LED \(name)", code: tm_errno()))")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    // The trigger last: taking an LED to "none" turns it off.
    _ = Self.write("\(formerBrightness)", to: "\(folder)/brightness")
    if !formerTrigger.isEmpty, formerTrigger != "none" {
      _ = Self.write(formerTrigger, to: "\(folder)/trigger")
    }
  }

  /// Sets the brightness to a share of its maximum, 0…1; false when the kernel refuses.
  package func set(_ share: Double) -> Bool {
    let wanted = Int((min(max(share.isFinite ? share : 0, 0), 1) * Double(maximum)).rounded())
    guard wanted != level else { return true }
    guard write(wanted) else { return false }
    level = wanted
    return true
  }

  private func write(_ number: Int) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var place = 20
      var rest = number
      repeat {
        place -= 1
        digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      return pwrite(descriptor, digits.baseAddress?.advanced(by: place), 20 - place, 0) == 20
        - place
    }
  }

  private static func text(_ path: String) -> String? {
    let descriptor = tm_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { bytes in
      let count = read(descriptor, bytes.baseAddress, 4096)
      guard count > 0 else { return nil }
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  private static func number(_ path: String) -> Int? {
    guard let line = text(path)?.split(separator: "\n").first else { return nil }
    return Int(String(line))
  }

  /// The word in brackets of a list such as "none [mmc0] timer".
  static func chosen(_ list: String) -> String {
    for word in list.split(whereSeparator: { $0 == " " || $0 == "\n" })
    where word.utf8.first == UInt8(ascii: "[") {
      return String(word.dropFirst().dropLast())
    }
    return ""
  }

  private static func write(_ text: String, to path: String) -> Bool {
    let descriptor = tm_open(path, O_WRONLY, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    return CSystem.write(descriptor, bytes, bytes.count) == bytes.count
  }
}
