// SPDX-License-Identifier: Apache-2.0

internal import CSystem

extension Folder {
  /// Makes a folder of one's own (mode 0700) under TMPDIR, or /tmp; its path.
  package static func makeTemporary(_ name: String) throws(SystemError) -> String {
    let parent = Environment.variable("TMPDIR") ?? "/tmp"
    let template = "\(parent)/\(name)-XXXXXX"
    return try withTemplate(template)
  }

  private static func withTemplate(_ template: String) throws(SystemError) -> String {
    guard let text = strdup(template) else {
      throw SystemError("create folder", template, code: ENOMEM)
    }
    defer { free(text) }
    guard mkdtemp(text) != nil else { throw SystemError.last("create folder", template) }
    return String(cString: text)
  }

  /// Removes a folder with everything in it; links in it are removed, never followed.
  package static func remove(_ path: String) { tm_remove_tree(path) }
}
