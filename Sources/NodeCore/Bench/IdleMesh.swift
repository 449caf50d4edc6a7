// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// Three nodes of profile zero on this machine, each with a microphone: the first is looked at.
final class IdleMesh {
  private static let names = ["bench-a", "bench-b", "bench-c"]
  private static let pollNanoseconds: Int64 = 100_000_000
  private static let limit: Int64 = 60_000_000_000

  private let session: BenchSession
  private let folder: BenchFolder
  private var processes: [Int32] = []
  private var addresses: [String] = []
  private var failure: BenchFailure?
  /// What the nodes still lack, for the user.
  private var state = "no node has started"

  init(_ session: BenchSession, _ folder: BenchFolder) {
    (self.session, self.folder) = (session, folder)
  }

  /// Resident and anonymous memory of the first node, KiB, `settle` ns after all is as it should be.
  func memory(settle: Int64) throws(BenchFailure) -> (residentKiB: Int64, anonymousKiB: Int64) {
    try found()
    try start(0)
    poll()
    let isReady = try session.run(atMost: Self.limit)
    if let failure { throw failure }
    guard isReady else { throw BenchFailure(description: "after a minute \(state)") }
    _ = session.reactor.after(settle) { [session] in session.reactor.stop() }
    _ = try session.run(atMost: 2 * settle + Self.limit)
    if let failure { throw failure }
    do throws(SystemError) {
      return try Environment.memory(of: processes[0])
    } catch { throw BenchFailure(error) }
  }

  private func paths(_ index: Int) -> NodePaths {
    .under("\(folder.path)/\(Self.names[index])")
  }

  /// Keys of one mesh for all three.
  private func found() throws(BenchFailure) {
    var invitation: String?
    for index in Self.names.indices {
      do throws(Founding.Failure) {
        let founding = try Founding(
          paths: paths(index), name: Self.names[index], profile: "zero",
          meshID: invitation == nil ? "bench" : nil, invitation: invitation)
        _ = try founding.write()
      } catch { throw BenchFailure(description: "\(error)") }
      do throws(Keys.Failure) {
        invitation = try Keys.invitation(paths: paths(0)).text
      } catch { throw BenchFailure(description: "\(error)") }
    }
  }

  /// Starts a node that dials those that run already.
  private func start(_ index: Int) throws(BenchFailure) {
    let peers = addresses.map { "\"\($0)\"" }.joined(separator: ", ")
    let text = """
      node: { name: \(Self.names[index]), profile: zero }
      mesh: { id: bench, address: 127.0.0.1, port: 0, discovery: false, peers: [\(peers)] }
      inputs:
        - { id: ear, type: microphone, device: \(BenchFolder.device), rate: 16000,
            channel: hum, frequency: 50 Hz, width: 4 Hz }

      """
    do throws(StateFile.Failure) {
      try StateFile.write(paths(index).configuration, Array(text.utf8), mode: 0o644)
    } catch { throw BenchFailure(description: "\(error)") }
    // The shell becomes the node; what the node says goes to a file.
    let script = "ALSA_CONFIG_PATH=\"$2\" exec \"$0\" run --state \"$1\" 2>\"$1/log\""
    let child = try session.start(
      [
        "/bin/sh", "-c", script, Environment.executable, paths(index).state,
        folder.soundConfiguration,
      ]
    ) { [unowned(unsafe) self] status in ended(index, status) }
    processes.append(child.process)
  }

  private func ended(_ index: Int, _ status: Int32) {
    let log: [UInt8]
    do throws(StateFile.Failure) {
      log = try StateFile.read("\(paths(index).state)/log", limit: 65_536) ?? []
    } catch { log = [] }
    let said = log.split(separator: 10).last.map { String(decoding: $0, as: UTF8.self) }
    failure = BenchFailure(
      description: "a node ended with status \(status): \(said ?? "it said nothing")")
    session.reactor.stop()
  }

  /// Looks again and again, until the nodes are ready or one has failed.
  private func poll() {
    session.reactor.after(Self.pollNanoseconds) { [unowned(unsafe) self] in
      guard failure == nil else { return }
      do throws(BenchFailure) {
        try isReady() ? session.reactor.stop() : poll()
      } catch {
        failure = error
        session.reactor.stop()
      }
    }
  }

  /// Starts the next node when the last one listens; true when the first has what it needs.
  private func isReady() throws(BenchFailure) -> Bool {
    if addresses.count < Self.names.count {
      guard let newest = status(addresses.count) else {
        state = "\(Self.names[addresses.count]) does not answer"
        return false
      }
      addresses.append(newest.address)
      if addresses.count < Self.names.count { try start(addresses.count) }
      return false
    }
    guard let first = status(0), let ear = first.inputs.first else { return false }
    let fresh = first.peers.filter { $0.state == "fresh" }.count
    state = "the node sees \(fresh) of 2 peers, its microphone is \(ear.state): \(ear.detail)"
    return fresh == 2 && ear.state == "working"
  }

  private func status(_ index: Int) -> NodeStatus? {
    do throws(ControlClient.Failure) {
      return try ControlClient.status(socket: paths(index).socket)
    } catch { return nil }
  }
}
