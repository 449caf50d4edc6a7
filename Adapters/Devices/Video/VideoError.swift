// SPDX-License-Identifier: Apache-2.0
internal import CSystem

/// Why a camera does not work: what was asked of which device, and what the kernel said.
package enum VideoError: Error, Equatable, CustomStringConvertible {
  /// There is no such device; `present` names the cameras there are.
  case absent(device: String, present: String)
  /// The device exists but is no camera that gives frames into memory.
  case noCamera(device: String, card: String)
  /// The camera has no format of the wanted ones; `offered` names its own.
  case unsupported(device: String, wanted: String, offered: String)
  /// A call failed.
  case failed(device: String, operation: String, code: Int32)
  /// The camera reports no frames any more.
  case stalled(device: String)
  /// The light that shows that the camera is in use cannot be turned on.
  case unshown(device: String, problem: String)
  /// What the camera can do does not suit what is measured.
  case unsuitable(device: String, reason: String)

  package var description: String {
    switch self {
    case .absent(let device, let present): "there is no camera \"\(device)\"; \(present)"
    case .noCamera(let device, let card):
      "\"\(device)\" (\(card)) gives no frames into memory; expected a capture device"
    case .unsupported(let device, let wanted, let offered):
      "camera \"\(device)\" has no \(wanted); it offers \(offered)"
    case .failed(let device, let operation, let code):
      "camera \"\(device)\": cannot \(operation): \(String(cString: tm_error_text(code)))"
    case .stalled(let device): "camera \"\(device)\" gives no frames any more"
    case .unshown(let device, let problem): "camera \"\(device)\" stays closed: \(problem)"
    case .unsuitable(let device, let reason): "camera \"\(device)\": \(reason)"
    }
  }
}
