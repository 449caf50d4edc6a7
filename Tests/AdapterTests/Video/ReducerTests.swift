// SPDX-License-Identifier: Apache-2.0
import CVideo
import Testing

@Suite struct ReducerTests {
  static let quarters = [
    cvideo_zone.whole, cvideo_zone(left: 0, top: 0, right: 500, bottom: 500),
    cvideo_zone(left: 500, top: 500, right: 1000, bottom: 1000),
  ]

  @Test func `Every format gives the zones their mean brightness`() throws {
    let scene = Picture.scene()
    let frames: [(UInt32, Int, [UInt8])] = [
      (cvideo_grey, 352, scene.grey(stride: 352)), (cvideo_yuyv, 640, scene.yuyv()),
      (cvideo_mjpeg, 0, scene.jpeg()), (cvideo_mjpeg, 0, scene.jpeg(chroma: 420)),
      (cvideo_mjpeg, 0, scene.jpeg(chroma: 444)), (cvideo_mjpeg, 0, scene.jpeg(chroma: 0)),
      (cvideo_mjpeg, 0, scene.jpeg(restartRows: 1)),
      (cvideo_mjpeg, 0, scene.jpeg(withoutTables: true)),
    ]
    for (index, (fourcc, stride, bytes)) in frames.enumerated() {
      let reducer = try #require(
        Reducer(fourcc, 320, 240, stride: stride, zones: Self.quarters))
      let measures = try #require(reducer.take(bytes), "frame \(index)")
      for (zone, measure) in zip(Self.quarters, measures) {
        let expected = scene.mean(zone)
        #expect(abs(Double(measure.luma) - expected) < 0.004, "frame \(index)")
        #expect(measure.motion == 0)
      }
    }
  }

  @Test func `Sizes that are no whole cells lose no pixel of what is inside`() throws {
    let scene = Picture(37, 21) { x, _ in x < 16 ? 10 : 200 }
    let reducer = try #require(Reducer(cvideo_grey, 37, 21, stride: 37))
    // Cells count alike although the last ones are smaller: 2 columns of 10 and 3 of 200.
    let measure = try #require(reducer.take(scene.grey(stride: 37))?.first)
    #expect(abs(Double(measure.luma) * 255 - (2 * 10 + 3 * 200) / 5.0) < 0.1)
  }

  @Test func `Motion is what changed, where it changed`() throws {
    let still = Picture(320, 240) { _, _ in 100 }
    let moved = Picture(320, 240) { x, y in x < 160 && y < 120 ? 151 : 100 }
    let reducer = try #require(
      Reducer(cvideo_grey, 320, 240, stride: 320, zones: Self.quarters))
    _ = reducer.take(still.grey(stride: 320))
    #expect(reducer.take(still.grey(stride: 320))?.map(\.motion) == [0, 0, 0])
    let measures = try #require(reducer.take(moved.grey(stride: 320)))
    #expect(abs(measures[0].motion - 0.05) < 1e-5)
    #expect(abs(measures[1].motion - 0.2) < 1e-5)
    #expect(measures[2].motion == 0)
  }

  @Test func `White and black count as clipped`() throws {
    let reducer = try #require(
      Reducer(cvideo_grey, 320, 240, stride: 320, zones: Self.quarters))
    let half = Picture(320, 240) { x, _ in x < 160 ? 255 : 128 }
    #expect(reducer.take(half.grey(stride: 320))?.map(\.clipped) == [0.5, 1, 0])
    let dark = Picture(320, 240) { _, _ in 0 }
    #expect(reducer.take(dark.grey(stride: 320))?.map(\.clipped) == [1, 1, 1])
  }

  @Test func `A damaged frame leaves no trace in the next one's motion`() throws {
    let reducer = try #require(Reducer(cvideo_mjpeg, 320, 240))
    let (dim, bright) = (Picture.scene().jpeg(), Picture.scene(light: 1.5).jpeg())
    _ = reducer.take(dim)
    #expect(reducer.take(Array(bright.prefix(bright.count / 2))) == nil)
    let measure = try #require(reducer.take(dim)?.first)
    #expect(measure.motion == 0)
  }

  @Test func `Formats and sizes out of bounds make no reducer`() {
    #expect(Reducer(0x3231_564E, 320, 240, stride: 320) == nil)
    #expect(Reducer(cvideo_grey, 0, 240, stride: 320) == nil)
    #expect(Reducer(cvideo_grey, 4097, 240, stride: 4097) == nil)
    #expect(Reducer(cvideo_grey, 320, 240, stride: 319) == nil)
    #expect(Reducer(cvideo_yuyv, 320, 240, stride: 639) == nil)
    let nine = [cvideo_zone](repeating: .whole, count: 9)
    #expect(Reducer(cvideo_grey, 320, 240, stride: 320, zones: nine) == nil)
    #expect(Reducer(cvideo_grey, 320, 240, stride: 320, zones: []) == nil)
  }

  @Test func `A frame cut short by a byte is damaged`() throws {
    let scene = Picture.scene()
    let grey = try #require(Reducer(cvideo_grey, 320, 240, stride: 320))
    #expect(grey.take(Array(scene.grey(stride: 320).dropLast())) == nil)
    // The chroma byte after the last luma byte is not needed, the luma byte is.
    let yuyv = try #require(Reducer(cvideo_yuyv, 320, 240, stride: 640))
    #expect(yuyv.take(Array(scene.yuyv().dropLast(2))) == nil)
    #expect(yuyv.take(scene.yuyv()) != nil)
  }
}
