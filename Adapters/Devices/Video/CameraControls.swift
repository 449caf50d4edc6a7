// SPDX-License-Identifier: Apache-2.0
internal import CVideo

/// The controls of a camera that would by themselves change what is measured: held, then restored.
///
/// An automatic exposure follows the light and so takes the rhythm out of it, or makes one.
struct CameraControls {
  private struct Saved {
    let control: UInt32
    let value: Int32
  }

  /// What the controls were before, in the order in which they were changed.
  private var saved: [Saved] = []

  /// Whether the camera adjusts anything by itself, so that waiting for it makes sense.
  static func adjustsItself(_ device: Int32) -> Bool {
    let exposure = value(cvideo_auto_exposure, device).map { $0 != cvideo_manual_exposure }
    return exposure ?? false || value(cvideo_auto_gain, device) == 1
  }

  /// Holds exposure, gain and white balance where they are, or at the values given.
  ///
  /// What the driver does not have is passed over: a camera without controls has nothing to hold.
  mutating func hold(_ device: Int32, exposure: Int?, gain: Int?) {
    // Read first: with the automatic off some cameras fall back to a value of their own.
    let reached = Self.value(cvideo_exposure, device)
    let amplified = Self.value(cvideo_gain, device)
    set(cvideo_auto_exposure, cvideo_manual_exposure, device)
    set(cvideo_auto_exposure_priority, 0, device)
    set(cvideo_exposure, exposure.map { Int32(clamping: $0) } ?? reached, device)
    set(cvideo_auto_gain, 0, device)
    set(cvideo_gain, gain.map { Int32(clamping: $0) } ?? amplified, device)
    set(cvideo_auto_white_balance, 0, device)
  }

  /// Sets the controls back to what they were, automatics last.
  mutating func restore(_ device: Int32) {
    for each in saved.reversed() { _ = cvideo_set_control(device, each.control, each.value) }
    saved.removeAll()
  }

  private mutating func set(_ control: UInt32, _ value: Int32?, _ device: Int32) {
    guard let value, let before = Self.value(control, device) else { return }
    if cvideo_set_control(device, control, value) == 0 {
      saved.append(Saved(control: control, value: before))
    }
  }

  private static func value(_ control: UInt32, _ device: Int32) -> Int32? {
    var value: Int32 = 0
    return cvideo_control(device, control, &value) == 0 ? value : nil
  }
}
