// SPDX-License-Identifier: Apache-2.0

/// Groups of this machine's users, as `/etc/group` lists them.
package enum UserGroup {
  private static let longestFile = 262_144

  /// The number of the group called `name`, or `name` as a number; nil where there is none.
  package static func number(of name: String, in file: String = "/etc/group") -> UInt32? {
    if let number = UInt32(name) { return number }
    let bytes: [UInt8]
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(file, limit: longestFile) ?? []
    } catch { return nil }
    for line in bytes.split(separator: 10) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count >= 3, fields[0].elementsEqual(name.utf8) else { continue }
      return UInt32(String(decoding: fields[2], as: UTF8.self))
    }
    return nil
  }
}
