// SPDX-License-Identifier: Apache-2.0

/// Why a sound device does not work: what was asked of which device, and what ALSA said.
package enum PCMError: Error, Equatable, CustomStringConvertible {
  /// The PCM cannot be opened; `present` names the sound devices of that direction there are.
  case cannotOpen(device: String, said: String, present: String)
  /// The PCM has nothing like what was asked for.
  case unsupported(device: String, wanted: String, said: String)
  /// The PCM worked and then failed while doing `operation`.
  case failed(device: String, operation: String, said: String)
  /// The light that shows that the PCM is in use cannot be turned on.
  case unshown(device: String, problem: String)
  /// The card's mixer cannot be set as wanted.
  case unmixed(device: String, problem: String)
  /// The PCM reports events, or nothing at all, but moves no sound.
  case stalled(device: String)

  package var description: String {
    switch self {
    case .cannotOpen(let device, let said, let present):
      "cannot open sound device \"\(device)\": \(said); \(present)"
    case .unsupported(let device, let wanted, let said):
      "sound device \"\(device)\" has no \(wanted): \(said)"
    case .failed(let device, let operation, let said):
      "sound device \"\(device)\" failed to \(operation): \(said)"
    case .unshown(let device, let problem):
      "sound device \"\(device)\" stays closed: \(problem)"
    case .unmixed(let device, let problem): "mixer of sound device \"\(device)\": \(problem)"
    case .stalled(let device):
      "sound device \"\(device)\" moves no sound any more"
    }
  }
}
