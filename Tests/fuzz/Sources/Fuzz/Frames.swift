// SPDX-License-Identifier: Apache-2.0
import MMP

private func decoded(_ bytes: UnsafeRawBufferPointer) -> Frame? {
  do { return try Frame.decode(bytes, limits: .zero) } catch { return nil }
}

/// One frame's text: what is read and written again is read the same.
func fuzzFrame(_ bytes: UnsafeRawBufferPointer) {
  guard let frame = decoded(bytes) else { return }
  if case .unknown = frame { return }
  guard let written = try? FrameEncoder.encode(frame) else { return }
  let again = written.dropFirst(4).withUnsafeBytes { decoded($0) }
  switch (frame, again) {
  // A block's members are put in order when it is written, so only it is compared.
  case (.cmb(let first), .cmb(let second)):
    precondition(first.cmb.content == second.cmb.content, "a block changed when written")
  case (.cmbFetchResult, .cmbFetchResult): break
  default: precondition(again == frame, "a frame changed when written")
  }
}

/// A stream: the first byte says how it is cut; every cut gives the same frames.
func fuzzStream(_ bytes: UnsafeRawBufferPointer) {
  guard let step = bytes.first else { return }
  let stream = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  let whole = items(stream, step: max(1, stream.count))
  let cut = items(stream, step: 1 + Int(step % 61))
  precondition(whole == cut, "frames depend on how the stream is cut")
}

private func items(_ stream: UnsafeRawBufferPointer, step: Int) -> [FrameDecoder.Item] {
  var decoder = FrameDecoder(limits: .zero)
  decoder.trust()
  var items: [FrameDecoder.Item] = []
  var start = 0
  while start < stream.count {
    let end = min(start + step, stream.count)
    decoder.append(UnsafeRawBufferPointer(rebasing: stream[start..<end]))
    start = end
    do { while let item = try decoder.next() { items.append(item) } } catch { return items }
  }
  return items
}

/// A block's frame: keys, signatures and the intake take whatever can be read.
func fuzzCMB(_ bytes: UnsafeRawBufferPointer) {
  guard case .cmb(let frame) = decoded(bytes) else { return }
  let author = Identity(seed: .zero)
  var handshake = Handshake(nodeID: "a", name: frame.cmb.createdBy)
  handshake.publicKey = author.publicKeyText
  var intake = CMBIntake(nodeID: "b", room: "default", needsSignature: false)
  let deliverer = CMBIntake.Deliverer(handshake)
  var signed = frame
  signed.cmb.assertion = nil
  if let categories = signed.cmb.categories { signed.cmb.key = CMBKey.current(of: categories) }
  _ = intake.judge(frame, from: deliverer, at: 0) { _ in false }
  CMBSignature.sign(&signed.cmb, by: author)
  guard signed.cmb.signature != nil, signed.cmb.categories != nil else { return }
  precondition(
    CMBSignature.verify(signed.cmb, author: author.publicKey) == .valid,
    "what was signed is not valid")
}
