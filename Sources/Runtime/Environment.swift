// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// What the program was started with, and what it uses.
package enum Environment {
  /// The command line without the program's name.
  package static var arguments: [String] {
    (1..<max(1, tm_argc())).map { String(cString: tm_argv($0)) }
  }

  /// The path of the running executable, for starting further ones of it.
  package static var executable: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { path in
      let length = path.baseAddress.map { readlink("/proc/self/exe", $0, 4095) } ?? 0
      guard length > 0 else { return String(cString: tm_argv(0)) }
      return String(decoding: UnsafeRawBufferPointer(path)[..<length], as: UTF8.self)
    }
  }

  /// The value of an environment variable.
  package static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The effective user id.
  package static var user: UInt32 { geteuid() }

  /// This process's id.
  package static var process: Int32 { getpid() }

  /// Heap allocations so far; nil unless the program was linked to count them.
  package static var allocations: Int64? {
    let count = tm_allocations()
    return count < 0 ? nil : count
  }

  /// Resident and anonymous memory of a process in KiB; 0 names this process.
  package static func memory(
    of process: Int32 = 0
  ) throws(SystemError) -> (residentKiB: Int64, anonymousKiB: Int64) {
    var (resident, anonymous) = (Int64(0), Int64(0))
    guard tm_process_memory(process, &resident, &anonymous) == 0 else {
      throw SystemError.last("read the memory of", "process \(process)")
    }
    return (resident, anonymous)
  }

  /// Lets this process go first when memory runs short, and never gain privileges.
  package static func beExpendable() { tm_be_expendable() }

  /// Gives back the memory that starting took and running does not need; it may be called often.
  package static func settleMemory() { tm_settle_memory() }
}
