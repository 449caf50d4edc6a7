// SPDX-License-Identifier: Apache-2.0

import CSystem
import Foundation
import Runtime
import Synchronization
import Testing

@Suite struct StateFileTests {
  @Test func whatIsWrittenIsReadAndNothingIsLeftBeside() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/state"
    #expect(try StateFile.read(path) == nil)
    try StateFile.write(path, [1, 2, 3])
    try StateFile.write(path, [4])
    #expect(try StateFile.read(path, isSecret: true) == [4])
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(stat(path + ".new", &status) != 0)
  }

  @Test func aSecretOthersMayReadIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/key"
    try StateFile.write(path, [1], mode: 0o640)
    #expect(try StateFile.read(path) == [1])
    let error = #expect(throws: StateFile.Failure.self) {
      try StateFile.read(path, isSecret: true)
    }
    #expect(error == .exposed(path: path, mode: 0o640))
    #expect(error?.description == "\(path) holds a secret but has mode 0640: expected 0600")
  }

  @Test func readingIsBounded() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/big"
    try StateFile.write(path, [UInt8](repeating: 0, count: 5000))
    #expect(try StateFile.read(path, limit: 5000)?.count == 5000)
    let error = #expect(throws: StateFile.Failure.self) { try StateFile.read(path, limit: 4999) }
    #expect(error == .tooLarge(path: path, limit: 4999))
    let device = #expect(throws: StateFile.Failure.self) { try StateFile.read("/dev/zero") }
    #expect(device == .notRegular(path: "/dev/zero"))
  }

  @Test func aMissingFolderIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/no/state"
    let error = #expect(throws: StateFile.Failure.self) { try StateFile.write(path, [1]) }
    #expect(error?.description.hasPrefix("cannot create \(path).new: No such file") == true)
  }

  @Test func foldersAreMadeWithTheirParents() throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder.path + "/a/b/c", mode: 0o700)
    try Folder.create(folder.path + "/a/b/c")
    try StateFile.write(folder.path + "/a/b/c/file", [1])
    let error = #expect(throws: SystemError.self) {
      try Folder.create(folder.path + "/a/b/c/file")
    }
    #expect(error?.name == "ENOTDIR")
    #expect(Folder.containing("/a") == "/")
    #expect(Folder.containing("b") == ".")
  }

  /// On a real file system with no room left: the old contents survive and the error says why.
  @Test func aFullDiskLeavesTheOldFileAndNamesThePath() throws {
    let folder = try TemporaryFolder()
    try #require(
      mount("none", folder.path, "tmpfs", 0, "size=64k") == 0,
      "mounting a small file system needs root")
    defer { umount(folder.path) }
    let path = folder.path + "/state"
    let old = [UInt8](repeating: 1, count: 20_000)
    try StateFile.write(path, old)
    let error = #expect(throws: StateFile.Failure.self) {
      try StateFile.write(path, [UInt8](repeating: 2, count: 60_000))
    }
    #expect(
      error?.description == "cannot write \(path): No space left on device (ENOSPC)")
    #expect(try StateFile.read(path) == old)
    // The failed attempt has given its room back.
    try StateFile.write(path, [UInt8](repeating: 3, count: 30_000))
  }

  /// A reader races a writer; a plain write into the file, the control, is caught half done.
  @Test(arguments: [true, false])
  func aReaderNeverSeesAMixture(_ isAtomic: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/state"
    let contents = [[UInt8](repeating: 1, count: 9_000), [UInt8](repeating: 2, count: 12_000)]
    try StateFile.write(path, contents[0])
    let isDone = Atomic(false)
    let writer = Thread {
      for round in 0..<(isAtomic ? 200 : 20_000) where !isDone.load(ordering: .relaxed) {
        let bytes = contents[round % 2]
        if isAtomic { try? StateFile.write(path, bytes) } else { overwrite(path, bytes) }
      }
      isDone.store(true, ordering: .relaxed)
    }
    writer.start()
    var mixtures = 0
    while !isDone.load(ordering: .relaxed) {
      let bytes = try StateFile.read(path) ?? []
      if !contents.contains(bytes) { mixtures += 1 }
      if mixtures > 0, !isAtomic { isDone.store(true, ordering: .relaxed) }
    }
    #expect(isAtomic ? mixtures == 0 : mixtures > 0)
  }
}

/// Writes into the file itself, in two halves.
private func overwrite(_ path: String, _ bytes: [UInt8]) {
  let descriptor = tm_open(path, O_WRONLY | O_TRUNC, 0)
  write(descriptor, bytes, bytes.count / 2)
  write(descriptor, bytes, bytes.count - bytes.count / 2)
  close(descriptor)
}
