// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// What the endpoints of the surface work with.
final class Desk {
  let reactor: Reactor
  let log: Log
  let node: NodeLink
  /// Connections of ours.
  let client: Web

  init(reactor: Reactor, log: Log, node: NodeLink, client: Web) {
    (self.reactor, self.log, self.node, self.client) = (reactor, log, node, client)
  }

  struct Refusal: Error {
    let reason: String
  }

  /// The first line of a file that only this user may read; nil where no file is named.
  func secret(_ path: String?) throws(Refusal) -> String? {
    guard let path else { return nil }
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(path, limit: 1024, isSecret: true)
    } catch { throw Refusal(reason: "\(error)") }
    guard let bytes else { throw Refusal(reason: "\(path): no such file") }
    let line = bytes.prefix { $0 != 10 && $0 != 13 }
    guard !line.isEmpty, line.allSatisfy({ $0 > 31 && $0 != 127 }) else {
      throw Refusal(reason: "\(path): expected one line of text")
    }
    return String(decoding: line, as: UTF8.self)
  }
}
