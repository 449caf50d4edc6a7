// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// Making the bytes of a frame.
final class FrameEncodeWork: Workload {
  private let frame: Frame

  init(_ frame: Frame) { self.frame = frame }

  override func work(_ count: Int) {
    for _ in 0..<count {
      do throws(FramingFailure) {
        sink += Double(try FrameEncoder.encode(frame).count)
      } catch { return }
    }
  }

  /// The handshake of a node with a microphone and a speaker, with names of usual length.
  static var handshake: Frame {
    let summary = NodeSummary(
      profile: "server", tickMilliseconds: 10, pulseIntervalMilliseconds: 200,
      version: Version.current, boot: 0x1234_5678, inputs: ["hum"], outputs: ["tone"])
    return .handshake(
      Handshake(
        nodeID: "5b0e3a52-9c3f-8d5e-a1f0-3c2b4d5e6f70", name: "kitchen", room: "home",
        publicKey: "qL3cN0x8mYtJ2vB5wZ7eR1uK4hS6gD9fA0iO2pQ8sTM", taumesh: summary))
  }
}

/// Taking a frame out of a stream and reading its JSON.
final class FrameDecodeWork: Workload {
  private var decoder = FrameDecoder(limits: .server)
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  override func work(_ count: Int) {
    for _ in 0..<count {
      decoder.append(bytes)
      do throws(FramingFailure) {
        while let item = try decoder.next() {
          if case .frame = item { sink += 1 }
        }
      } catch { return }
    }
  }

  /// Frames read so far.
  var decoded: UInt64 { decoder.frames }
}
