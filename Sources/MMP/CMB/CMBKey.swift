// SPDX-License-Identifier: Apache-2.0

/// Content addresses of memory blocks.
///
/// Source: MMP 2.0 §8.2 and the published vectors `cmb-key-v1.json`, `record-signature-v2.json`.
package enum CMBKey {
  /// Root of a Merkle tree over the seven categories: the same texts have the same key, whoever
  /// says them and when.
  package static func current(of categories: CMBCategories) -> String {
    var level = CMBCategories.Name.allCases.map { name in
      BlockBytes.sha256([0] + leaf(name, categories[name]))
    }
    while level.count > 1 {
      var next: [[UInt8]] = []
      for left in stride(from: 0, to: level.count, by: 2) {
        let isPair = left + 1 < level.count
        next.append(isPair ? BlockBytes.sha256([1] + level[left] + level[left + 1]) : level[left])
      }
      level = next
    }
    return "cmb-" + ByteText.hex(level[0])
  }

  /// SHA-256 of one category, 32 bytes.
  static func leaf(_ name: CMBCategories.Name, _ text: String) -> [UInt8] {
    var bytes = BlockBytes("mmp-cmb-v1")
    bytes.append(name.text)
    bytes.append(composed: text)
    return bytes.digest
  }

  /// The key of sym 0.7 and 0.8: a block without parents, or one made by `receiver` from some.
  package static func flat(
    of categories: CMBCategories, parents: [String] = [], receiver: String = ""
  ) -> String {
    var bytes = BlockBytes("mmp-cmb-v1")
    for name in CMBCategories.Name.allCases { bytes.append(composed: categories[name]) }
    bytes.append(parents.isEmpty ? "root" : "remix")
    if !parents.isEmpty {
      bytes.append(sorted: parents)
      bytes.append(receiver)
    }
    return "cmb1-" + ByteText.hex(bytes.digest)
  }

  /// Whether `key` has the form of today's keys: `cmb-` and 64 lower-case hexadecimal digits.
  package static func isCurrent(_ key: String) -> Bool {
    let digits = key.utf8.dropFirst(4)
    guard key.utf8.starts(with: "cmb-".utf8), digits.count == 64 else { return false }
    return digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
