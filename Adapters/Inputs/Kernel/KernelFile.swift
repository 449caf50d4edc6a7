// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// Small files of the kernel that say what something is; reading one measures nothing.
enum KernelFile {
  /// The first line of a file; nil when it cannot be read.
  static func line(_ path: String) -> String? {
    do throws(StateFile.Failure) {
      guard let bytes = try StateFile.read(path, limit: 4096) else { return nil }
      return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    } catch { return nil }
  }

  /// The numbers of a reply, one a line.
  static func numbers(_ reply: BusReply) throws(ChipProblem) -> [Double] {
    var numbers: [Double] = []
    for line in reply.text.split(separator: "\n") {
      let (number, rest) = NumberText.split(String(line))
      guard let number, rest.isEmpty else {
        throw ChipProblem("the kernel says \"\(line)\"; expected a number")
      }
      numbers.append(number)
    }
    guard !numbers.isEmpty else { throw ChipProblem("the kernel gives no value") }
    return numbers
  }

  /// The worker for a device whose real path goes over an I²C bus; that of sensor files otherwise.
  static func bus(of path: String) -> BusName {
    guard let real = Folder.realPath(path) else { return .sensorFiles }
    for part in real.split(separator: "/") where part.hasPrefix("i2c-") {
      if let number = Int(part.dropFirst(4)) { return .i2c(number) }
    }
    return .sensorFiles
  }

  /// The folder in `root` whose file `file` says `name`.
  ///
  /// - Parameters:
  ///   - root: Where they are.
  ///   - name: What is looked for.
  ///   - file: What says a folder's name.
  ///   - kind: What they are, for messages.
  ///   - prefix: What the names of their folders begin with.
  /// - Returns: The path of the folder.
  /// - Throws: When there is none, or more than one, with what there is.
  static func folder(
    in root: String, saying name: String, file: String, kind: String, prefix: String
  ) throws(ChipProblem) -> String {
    var matches: [String] = []
    var present: [String] = []
    for entry in Folder.names(in: root) where entry.hasPrefix(prefix) {
      guard let said = line("\(root)/\(entry)/\(file)") else { continue }
      if said == name { matches.append("\(root)/\(entry)") }
      if !present.contains(said) { present.append(said) }
    }
    guard let match = matches.first else {
      let there = present.isEmpty ? "there is none" : "there is \(NearWord.joined(present))"
      throw ChipProblem("no \(kind) is called \"\(name)\": \(there)")
    }
    guard matches.count == 1 else {
      throw ChipProblem("\(matches.count) of \(kind) are called \"\(name)\"; expected one")
    }
    return match
  }
}
