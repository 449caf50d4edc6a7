// SPDX-License-Identifier: Apache-2.0
import MMP
import Mesh

/// What a local application sends: the first byte says how it is cut; every cut gives the same
/// texts, and the machine behind them takes each.
func fuzzIPC(_ bytes: UnsafeRawBufferPointer) {
  guard let step = bytes.first else { return }
  let stream = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  let whole = texts(stream, step: max(1, stream.count))
  let cut = texts(stream, step: 1 + Int(step % 61))
  precondition(whole == cut, "texts depend on how the stream is cut")

  var virtual = VirtualNodes(nodeID: "a", nodeName: "a", threshold: 0.25)
  let number = virtual.opened(at: 0)
  virtual.received(stream, on: number, at: 0)
  while let effect = virtual.next(at: 0) {
    if case .send(let number, _) = effect { virtual.drained(number, at: 0) }
  }
  virtual.announce("peer-joined", at: 0) { _ in }
  for member in virtual.members {
    precondition((1...64).contains(member.name.utf8.count), "a name of no or too many bytes")
  }
}

private func texts(_ stream: UnsafeRawBufferPointer, step: Int) -> [[UInt8]] {
  var decoder = IPCDecoder()
  var texts: [[UInt8]] = []
  var start = 0
  while start < stream.count {
    let end = min(start + step, stream.count)
    decoder.append(UnsafeRawBufferPointer(rebasing: stream[start..<end]))
    start = end
    do {
      while try decoder.next({ texts.append(Array($0)) }) {}
    } catch { return texts }
  }
  return texts
}
