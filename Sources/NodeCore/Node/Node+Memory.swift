// SPDX-License-Identifier: Apache-2.0
internal import Mesh
internal import Runtime

extension Node {
  /// How often what is known of others is written, where it has changed, ns.
  private static let keepInterval: Int64 = 600_000_000_000
  /// Nodes that join together are written together, ns.
  private static let keepDelay: Int64 = 250_000_000

  /// Writes what is to be kept over a restart.
  ///
  /// - Returns: Whether it is written.
  func saveMemory() -> Bool {
    memory.take(board, mesh.peering, at: reactor.now)
    keptPeers = (mesh.secureNodes.count, mesh.peering.directory.change)
    do throws(StateFile.Failure) {
      try memory.save(paths.memory)
      return true
    } catch {
      // What was there before is still there: the file is replaced whole or not at all.
      log.error("node", "state not saved: \(error)")
      return false
    }
  }

  /// Whom a node has met on a secure link it must know after a power cut, too.
  func keepPeers() {
    guard keptPeers.secure != mesh.secureNodes.count else { return }
    keptPeers.secure = mesh.secureNodes.count
    reactor.after(Self.keepDelay) { _ = self.saveMemory() }
  }

  func watchPeers() {
    keptPeers = (mesh.secureNodes.count, mesh.peering.directory.change)
    scheduleWatch()
  }

  private func scheduleWatch() {
    reactor.after(Self.keepInterval) {
      if self.keptPeers.change != self.mesh.peering.directory.change { _ = self.saveMemory() }
      self.scheduleWatch()
    }
  }
}
