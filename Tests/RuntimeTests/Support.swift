// SPDX-License-Identifier: Apache-2.0

import CSystem
import Foundation
import Runtime
import Testing

let millisecond: Int64 = 1_000_000
let second: Int64 = 1_000_000_000

/// A fresh folder that is removed with everything in it.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/runtime-tests-XXXXXX".utf8CString)
    path = try template.withUnsafeMutableBufferPointer { text in
      let start = try #require(text.baseAddress)
      return String(cString: try #require(mkdtemp(start)))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A connected pair of stream sockets, the first of them non-blocking.
func socketPair() throws -> (Int32, Int32) {
  var pair: [Int32] = [0, 0]
  let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  try #require(socketpair(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0, &pair) == 0)
  return (pair[0], pair[1])
}

func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
