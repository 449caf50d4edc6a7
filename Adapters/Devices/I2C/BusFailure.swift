// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Runtime

/// Why a job did not succeed.
package struct BusFailure: Error, Equatable, Sendable {
  /// The errno value; ETIME for a job that was late.
  package let code: Int32
  /// The step that failed, from 0; −1 when the bus or the address could not be had.
  package let step: Int

  package init(code: Int32, step: Int) { (self.code, self.step) = (code, step) }

  /// The job was not done by its deadline.
  package static let late = BusFailure(code: ETIME, step: -1)
  /// As many jobs as the bus takes are waiting already.
  package static let full = BusFailure(code: ENOBUFS, step: -1)

  /// Nothing acknowledged the address: drivers report that in their own ways.
  package var isNoAnswer: Bool {
    step >= 0 && (code == ENXIO || code == EREMOTEIO || code == ENODEV || code == EIO)
  }

  /// A kernel driver has the chip.
  package var isTaken: Bool { step < 0 && code == EBUSY }

  /// The bus itself does not move: every further address would cost a second.
  package var isBusHung: Bool { code == ETIMEDOUT || code == ETIME }

  /// The job could not even begin: there is no such bus, or no right to use it.
  package var isNoBus: Bool { step < 0 && code != EBUSY && code != ETIME && code != ENOBUFS }

  /// What went wrong with `device` ("i2c-1 0x76") on `bus`, and what to do about it.
  package func text(_ bus: BusName, _ device: String) -> String {
    if isTaken {
      return "\(device) is in the hands of a kernel driver: use type hwmon or iio, or unbind it"
    }
    if isNoAnswer { return "nothing answers at \(device) (\(name))" }
    if self == .full { return "\(bus) has as many jobs waiting as it takes" }
    if self == .late { return "\(device) is late: \(bus) hangs or is busy" }
    if code == ETIMEDOUT { return "\(bus) hangs (\(name)): a line is held low, or no pull-ups" }
    if step < 0, case .i2c(let number) = bus { return open("/dev/i2c-\(number)") }
    return SystemError("read", device, code: code).description
  }

  private var name: String { SystemError("", "", code: code).name }

  private func open(_ path: String) -> String {
    let reason = SystemError("open", path, code: code).description
    switch code {
    case ENOENT, ENXIO, ENODEV: return "\(reason): is dtparam=i2c_arm=on set and i2c-dev loaded?"
    case EACCES: return "\(reason): the user needs the group i2c"
    default: return reason
    }
  }
}
