// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// What the kernel does with a GPIO output whose process is gone.
///
/// Kernels of Raspberry Pi OS leave it driven by default (raspberrypi/linux#6117 and #6150), others
/// make it an input. Where it stays driven, a motor whose guard was killed runs on until the next
/// guard or `taumesh neutral` brings it to rest.
package enum LinePersistence: Equatable, Sendable {
  /// Outputs stay as they were driven.
  case kept
  /// Outputs become inputs.
  case released
  /// The kernel has no such setting: it makes inputs of them.
  case unknown

  /// The kernel's parameter.
  package static let parameter = "/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs"

  /// Reads the kernel's parameter.
  package static func read(_ path: String = parameter) -> LinePersistence {
    let bytes: [UInt8]?
    do throws(StateFile.Failure) { bytes = try StateFile.read(path, limit: 4096) } catch {
      return .unknown
    }
    switch bytes?.first {
    case UInt8(ascii: "Y"), UInt8(ascii: "1"): return .kept
    case UInt8(ascii: "N"), UInt8(ascii: "0"): return .released
    default: return .unknown
    }
  }

  /// What to do about it; nil where nothing is wrong.
  package var warning: String? {
    guard self == .kept else { return nil }
    return "the kernel keeps driving GPIO outputs of processes that are gone "
      + "(persist_gpio_outputs=Y): a motor whose guard is killed runs on until the next guard "
      + "starts; add pinctrl_bcm2835.persist_gpio_outputs=n to cmdline.txt, and pull-downs"
  }
}
