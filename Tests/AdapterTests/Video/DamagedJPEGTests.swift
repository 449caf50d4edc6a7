// SPDX-License-Identifier: Apache-2.0
import CVideo
import Testing

/// Frames that no camera should send, and some that cameras do: each is told, none ends the process.
@Suite struct DamagedJPEGTests {
  let whole = Picture.scene().jpeg(quality: 70)

  @Test func `A frame cut anywhere is damaged, and the next whole one is good`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    // The last two bytes are the end marker: without it libjpeg too has the whole picture.
    for length in stride(from: 0, to: whole.count - 2, by: 37) {
      #expect(reducer.take(Array(whole.prefix(length))) == nil, "cut at \(length)")
    }
    #expect(reducer.take(whole) != nil)
  }

  @Test func `Corrupted bytes never end the process, and the next frame is good`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    var random = Noise(state: 7)
    var damaged = 0
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int(1 + random.next() % 8) {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      if reducer.take(bytes) == nil { damaged += 1 }
    }
    // Entropy-coded data mostly stays decodable; the headers and the lost ends do not.
    #expect(damaged > 300)
    let measure = try #require(reducer.take(whole)?.first)
    #expect(abs(Double(measure.luma) - Picture.scene().mean()) < 0.01)
  }

  @Test func `Headers of random bytes are refused`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    var random = Noise(state: 11)
    for _ in 0..<2000 {
      let start: [UInt8] = [0xFF, 0xD8, 0xFF]
      let rest = (0..<Int(random.next() % 600)).map { _ in UInt8(truncatingIfNeeded: random.next())
      }
      #expect(reducer.take(start + rest) == nil)
    }
  }

  @Test func `A picture of another size is refused, however large it claims to be`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    #expect(reducer.take(Picture.scene(640, 480).jpeg()) == nil)
    var giant = whole
    let frame = try #require(
      giant.indices.dropLast().first { giant[$0] == 0xFF && giant[$0 + 1] == 0xC0 })
    for index in frame + 5..<frame + 9 { giant[index] = 0xFF }
    #expect(reducer.take(giant) == nil)
    #expect(reducer.take(whole) != nil)
  }

  @Test func `Progressive pictures, which want the memory of a whole one, are refused`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    #expect(reducer.take(Picture.scene().jpeg(progressive: true)) == nil)
    #expect(reducer.take(whole) != nil)
  }

  @Test func `Padding after the picture is no damage`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    #expect(reducer.take(whole + [UInt8](repeating: 0, count: 5000)) != nil)
  }

  @Test func `The widest picture fits the decoder's memory`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 4096, 64))
    for chroma: Int32 in [0, 420, 444] {
      #expect(reducer.take(Picture.scene(4096, 64).jpeg(chroma: chroma)) != nil)
    }
  }
}

/// Numbers that are the same on every run (splitmix64).
struct Noise {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
