// SPDX-License-Identifier: Apache-2.0
internal import CGpiod

/// One output line, held until it is closed.
///
/// A line that is given back is in no known state: some kernels make it an input, others go on
/// driving it. Whoever needs it low must hold it and drive it low.
package final class GPIOOutput {
  /// What it is called in messages.
  package let line: String
  private var handle: OpaquePointer?

  /// Requests the line as an output that is `isOn` from the first moment.
  package init(
    _ line: String, chip: String? = nil, isActiveLow: Bool = false, isOn: Bool = false
  ) throws(GPIOError) {
    var place = try GPIOPlace(line, chip: chip).place
    self.line = line
    handle = cgpiod_output(&place, "taumesh", isActiveLow ? 1 : 0, isOn ? 1 : 0)
    guard handle != nil else {
      throw GPIOError(line: line, chip: chip, operation: .request, code: GPIOInput.lastError)
    }
  }

  deinit { close() }

  /// Drives the line, allocating nothing; false when the kernel refuses.
  package func set(_ isOn: Bool) -> Bool {
    guard let handle else { return false }
    return cgpiod_set(handle, isOn ? 1 : 0) == 0
  }

  /// Gives the line back.
  package func close() {
    if let handle { cgpiod_release(handle) }
    handle = nil
  }
}
