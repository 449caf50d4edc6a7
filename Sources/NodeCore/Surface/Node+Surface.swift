// SPDX-License-Identifier: Apache-2.0
internal import Runtime

extension Node {
  /// What starts the surface process of the node under `paths`: this program, with the same files.
  static func surfaceCommand(_ paths: NodePaths) -> [String] {
    let command = [Environment.executable, "surface"]
    return paths == .system ? command : command + ["--state", paths.state]
  }
}
