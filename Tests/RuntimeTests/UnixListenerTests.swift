// SPDX-License-Identifier: Apache-2.0

import CSystem
import Runtime
import Testing

@Suite struct UnixListenerTests {
  @Test func thePeerIsKnownAndTheModeIsSet() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/node.sock"
    let reactor = try Reactor()
    var peer: (user: UInt32, process: Int32)?
    let listener = try UnixListener(reactor: reactor, at: path, mode: 0o600) { stream in
      peer = stream.peerCredentials
      stream.close()
      reactor.stop()
    }
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let client = try ByteStream.connect(reactor: reactor, toUnix: path)
    #expect(reactor.run(atMost: 5 * second))
    #expect(peer?.user == getuid())
    #expect(peer?.process == getpid())
    client.close()
    listener.close()
    #expect(stat(path, &status) != 0, "the socket is removed")
  }

  @Test func aSocketLeftBehindIsReplacedButALivingOneIsNot() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/node.sock"
    let stale = tm_unix_listen(path, 0o600, 1)
    #expect(stale >= 0)
    let reactor = try Reactor()
    let error = #expect(throws: UnixListener.Failure.self) {
      try UnixListener(reactor: reactor, at: path) { _ in }
    }
    #expect(error == .inUse(path: path))
    close(stale)
    let listener = try UnixListener(reactor: reactor, at: path) { _ in }
    listener.close()
  }

  @Test func aFileIsNeverRemoved() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/node.sock"
    try StateFile.write(path, Array("precious".utf8))
    let reactor = try Reactor()
    #expect(throws: UnixListener.Failure.self) {
      try UnixListener(reactor: reactor, at: path) { _ in }
    }
    #expect(try StateFile.read(path) == Array("precious".utf8))
  }

  @Test func aPathTooLongForASocketIsNamed() throws {
    let reactor = try Reactor()
    let path = "/tmp/" + String(repeating: "x", count: 120)
    let error = #expect(throws: UnixListener.Failure.self) {
      try UnixListener(reactor: reactor, at: path) { _ in }
    }
    #expect(error == .system(SystemError("listen on", path, code: ENAMETOOLONG)))
  }

  @Test func theSocketCanBelongToAGroupWhoseMembersAreKnown() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/node.sock"
    let reactor = try Reactor()
    var membership: [Bool] = []
    let listener = try UnixListener(reactor: reactor, at: path, group: getgid()) { stream in
      membership = [stream.isPeerMember(of: getgid()), stream.isPeerMember(of: 54321)]
      stream.close()
      reactor.stop()
    }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_gid == getgid())
    let client = try ByteStream.connect(reactor: reactor, toUnix: path)
    #expect(reactor.run(atMost: 5 * second))
    #expect(membership == [true, false])
    client.close()
    listener.close()
  }

  @Test func groupsAreFoundByNameAndNumber() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/group"
    let lines = ["root:x:0:", "taumesh:x:991:ada,eve", "taumesh-x:x:992:", "broken:x", ""]
    try StateFile.write(path, Array(lines.joined(separator: "\n").utf8))
    #expect(UserGroup.number(of: "taumesh", in: path) == 991)
    #expect(UserGroup.number(of: "taumesh-x", in: path) == 992)
    #expect(UserGroup.number(of: "991", in: path) == 991)
    for name in ["broken", "ada", "", "taume"] {
      #expect(UserGroup.number(of: name, in: path) == nil)
    }
  }
}
