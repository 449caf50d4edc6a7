// SPDX-License-Identifier: Apache-2.0
import CSodium

/// What can be fuzzed: a name, and what is done with one input.
///
/// Corpora are in `Tests/fuzz/corpus/<name>`; `Tests/fuzz/run` runs them all.
private let entries: [(name: String, body: @Sendable (UnsafeRawBufferPointer) -> Void)] = [
  ("frame", fuzzFrame),
  ("stream", fuzzStream),
  ("cmb", fuzzCMB),
  ("pulse", fuzzPulse),
  ("link", fuzzLink),
  ("hello", fuzzHello),
  ("owner", fuzzOwner),
  ("relay", fuzzRelay),
  ("weights", fuzzWeights),
  ("ipc", fuzzIPC),
  ("group-record", fuzzGroupRecord),
  ("group-line", fuzzGroupLine),
  ("time", fuzzTime),
]

nonisolated(unsafe) private var chosen: (UnsafeRawBufferPointer) -> Void = { _ in }

/// Chooses the entry; 0 when there is none of that name.
@_cdecl("taumesh_fuzz_choose")
public func choose(_ name: UnsafePointer<CChar>) -> Int32 {
  guard sodium_init() >= 0, let entry = entries.first(where: { $0.name == String(cString: name) })
  else { return 0 }
  chosen = entry.body
  return 1
}

/// Gives one input to the chosen entry.
@_cdecl("taumesh_fuzz")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
  chosen(UnsafeRawBufferPointer(start: bytes, count: count))
}
