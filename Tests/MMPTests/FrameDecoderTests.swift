// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct FrameDecoderTests {
  private func trusted(_ limits: FrameLimits = .server) -> FrameDecoder {
    var decoder = FrameDecoder(limits: limits)
    decoder.trust()
    return decoder
  }

  private func framed(_ text: String) -> [UInt8] {
    let length = text.utf8.count
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(text.utf8)
  }

  private func drain(_ decoder: inout FrameDecoder) throws(FramingFailure) -> [String] {
    var types: [String] = []
    while let item = try decoder.next() {
      switch item {
      case .frame(let frame): types.append(frame.type)
      case .dropped: types.append("dropped")
      }
    }
    return types
  }

  private let expected = ["handshake", "state-sync", "dropped", "ping", "x-later", "pong"]

  private var stream: [UInt8] {
    framed(RecordedFrames.handshakeCurrent) + framed(RecordedFrames.stateSync)
      + framed("{not json}") + framed(#"{"type":"ping"}"#) + framed(#"{"type":"x-later"}"#)
      + framed(#"{"type":"pong"}"#)
  }

  @Test func everySliceLength() throws {
    let bytes = stream
    for size in 1...bytes.count {
      var decoder = trusted()
      var types: [String] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        decoder.append(Array(bytes[start..<min(start + size, bytes.count)]))
        types += try drain(&decoder)
      }
      #expect(types == expected, "slices of \(size)")
      #expect(decoder.heldBytes == 0)
      #expect((decoder.frames, decoder.dropped) == (5, 1))
    }
  }

  @Test func everyTwoPartCutAndRandomSlices() throws {
    let bytes = stream
    for cut in 0...bytes.count {
      var decoder = trusted()
      decoder.append(Array(bytes[..<cut]))
      var types = try drain(&decoder)
      decoder.append(Array(bytes[cut...]))
      types += try drain(&decoder)
      #expect(types == expected, "cut at \(cut)")
    }
    var random = SplitMix64(seed: 11)
    for _ in 0..<50 {
      var decoder = trusted()
      var (types, start): ([String], Int) = ([], 0)
      while start < bytes.count {
        let end = min(bytes.count, start + random.below(90))
        decoder.append(Array(bytes[start..<end]))
        types += try drain(&decoder)
        start = end
      }
      #expect(types == expected)
    }
  }

  @Test func impossibleLengthsEndTheStream() {
    var decoder = trusted()
    decoder.append([0, 0, 0, 0] + framed(#"{"type":"ping"}"#))
    #expect(throws: FramingFailure.empty) { try decoder.next() }
    #expect(throws: FramingFailure.empty) { try decoder.next() }
    var long = trusted()
    long.append([0, 0x10, 0, 1])
    #expect(throws: FramingFailure.tooLong(bytes: 1_048_577, limit: 1 << 20)) {
      try long.next()
    }
    var longest = trusted()
    longest.append([0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3])
    #expect(throws: FramingFailure.tooLong(bytes: 4_294_967_295, limit: 1 << 20)) {
      try longest.next()
    }
    var text = trusted()
    text.append(Array("GET / HTTP/1.1\r\n".utf8))
    #expect(throws: FramingFailure.self) { try text.next() }
  }

  @Test func exactlyOneMebibyteIsRead() throws {
    let head = #"{"type":"ping","pad":""#
    let pad = String(repeating: "p", count: (1 << 20) - head.utf8.count - 2)
    var decoder = trusted()
    decoder.append(framed(head + pad + #""}"#))
    #expect(try drain(&decoder) == ["ping"])
  }

  @Test func strangersMaySendFourKibibytes() throws {
    let fits = #"{"type":"ping"}"# + String(repeating: " ", count: 4096 - 15)
    var decoder = FrameDecoder(limits: .server)
    decoder.append(framed(fits))
    #expect(try drain(&decoder) == ["ping"])
    decoder.append(framed(fits + " "))
    #expect(throws: FramingFailure.tooLong(bytes: 4097, limit: 4096)) { try decoder.next() }
  }

  /// A board of 512 MB must survive what costs its sender one megabyte.
  @Test(arguments: ["1", "[]", "{}"])
  func hostileMegabyteIsSkippedWithoutHoldingIt(item: String) throws {
    var text = "[" + item
    while text.utf8.count + item.utf8.count + 2 <= 1 << 20 { text += "," + item }
    let bytes = framed(text + "]") + framed(#"{"type":"ping"}"#)
    for limits in [FrameLimits.zero, .pi2, .server] {
      var decoder = trusted(limits)
      var (types, most): ([String], Int) = ([], 0)
      for start in stride(from: 0, to: bytes.count, by: 16_384) {
        decoder.append(Array(bytes[start..<min(start + 16_384, bytes.count)]))
        types += try drain(&decoder)
        most = max(most, decoder.heldBytes)
      }
      #expect(types == ["dropped", "ping"])
      #expect(decoder.dropped == 1)
      let bound = limits.heldBytes < 1 << 20 ? 16_384 : limits.heldBytes + 16_384
      #expect(most <= bound)
    }
  }

  @Test func randomBytesNeverCrash() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<300 {
      var decoder = trusted(.zero)
      for _ in 0..<20 {
        decoder.append((0..<random.below(200)).map { _ in UInt8(random.below(256)) })
        do throws(FramingFailure) { while try decoder.next() != nil {} } catch { break }
      }
      #expect(decoder.heldBytes < 4096)
    }
  }

  @Test func mutatedFramesNeverCrash() {
    var random = SplitMix64(seed: 5)
    let bytes = stream
    for _ in 0..<2000 {
      var mutated = bytes
      for _ in 0...random.below(4) {
        mutated[random.below(mutated.count)] = UInt8(random.below(256))
      }
      var decoder = trusted(.zero)
      decoder.append(mutated)
      do throws(FramingFailure) { while try decoder.next() != nil {} } catch {
        #expect(decoder.heldBytes == 0)
      }
    }
  }
}
