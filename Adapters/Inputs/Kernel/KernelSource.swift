// SPDX-License-Identifier: Apache-2.0
package import Devices

/// A sensor that the kernel reads, as the files that hold its value.
package protocol KernelSource: AnyObject {
  /// The sensor, as listings name it: `hwmon lm75 temp1`.
  var device: String { get }
  /// What it measures, one or more; the same for as long as it lives.
  var quantities: [Quantity] { get }
  /// Finds the files anew: numbers of devices change when one is plugged in again.
  func find() throws(ChipProblem) -> KernelFiles
  /// The values that the files hold.
  func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double>
}

/// The files of one measurement, and the worker that may wait for them.
package struct KernelFiles {
  /// The bus behind the files, where it is known: a bus that hangs holds up its own worker.
  package var bus: BusName
  package var paths: [String]
  /// What was found, for listings.
  package var found: String

  package init(_ paths: [String], bus: BusName, found: String) {
    (self.paths, self.bus, self.found) = (paths, bus, found)
  }
}
