// SPDX-License-Identifier: Apache-2.0

import Foundation
import Runtime
import Testing

/// All tests here use the one real alsa-lib of the process, so they run one after another.
@Suite(.serialized) struct AdapterTests {}

let millisecond: Int64 = 1_000_000
let second: Int64 = 1_000_000_000

/// PCMs of one's own on ALSA's `file`, `null`, `plug` and `linear` plug-ins, in a folder that goes
/// away with the lab.
///
/// alsa-lib reads its configuration anew at each opening, since the adapters give it back.
final class SoundLab {
  let folder: String
  private var definitions = "</usr/share/alsa/alsa.conf>\n"

  init() throws {
    var template = Array("/tmp/adapter-tests-XXXXXX".utf8CString)
    folder = try template.withUnsafeMutableBufferPointer { text in
      let start = try #require(text.baseAddress)
      return String(cString: try #require(mkdtemp(start)))
    }
    setenv("ALSA_CONFIG_PATH", path("asound.conf"), 1)
    // A pipe whose reader is gone is an error here, as in the program.
    signal(SIGPIPE, SIG_IGN)
    try save()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func define(_ name: String, _ body: String) throws {
    definitions += "pcm.\(name) { \(body) }\n"
    try save()
  }

  /// A microphone that hears the raw file `file`.
  func defineMicrophone(_ name: String, file: String) throws {
    try define(
      name, "type file slave.pcm null file /dev/null infile \"\(path(file))\" format raw")
  }

  /// A speaker whose sound goes to the file `file`.
  func defineSpeaker(_ name: String, file: String, format: String = "wav") throws {
    try define(name, "type file slave.pcm null file \"\(path(file))\" format \(format)")
  }

  func write(_ bytes: Data, to name: String) throws {
    try bytes.write(to: URL(fileURLWithPath: path(name)))
  }

  func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  private func save() throws {
    try definitions.write(toFile: path("asound.conf"), atomically: true, encoding: .utf8)
  }
}

/// One of the recordings of alsa-utils, as samples of 16 bits at 48 kHz.
func recording(_ name: String) throws -> [Int16] {
  let path = "/usr/share/sounds/alsa/\(name).wav"
  return try WaveFile(Data(contentsOf: URL(fileURLWithPath: path))).int16
}
