// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// A temporary folder with a sound configuration: a microphone that hears white noise.
struct BenchFolder {
  static let device = "bench_ear"

  let path: String

  /// What ALSA is to read in place of the system's configuration.
  var soundConfiguration: String { "\(path)/alsa.conf" }

  init() throws(StateFile.Failure) {
    do throws(SystemError) {
      path = try Folder.makeTemporary("taumesh-bench")
    } catch { throw .system(error) }
    let text = """
      </usr/share/alsa/alsa.conf>
      pcm.\(Self.device) {
        type file slave.pcm null file /dev/null infile /dev/urandom format raw
      }

      """
    do throws(StateFile.Failure) {
      try StateFile.write(soundConfiguration, Array(text.utf8), mode: 0o644)
    } catch {
      Folder.remove(path)
      throw error
    }
  }

  /// Removes the folder with all that is in it; due in every case.
  func remove() { Folder.remove(path) }
}
