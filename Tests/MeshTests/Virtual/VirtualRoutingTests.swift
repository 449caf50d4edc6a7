// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// Who is given what, by cognitive profile and by name.
@Suite struct VirtualRoutingTests {
  @Test func aTextGoesToTheProfilesItIsLike() {
    let home = Household()
    let coder = home.open("coder", profile: "bugs bugs")
    let musician = home.open("musician", profile: "music")
    let open = home.open("open")
    home.hear("bugs again")
    #expect(home.texts(coder).count == 1)
    #expect(home.texts(musician).isEmpty && home.texts(open).isEmpty)
    home.hear("music")
    #expect(home.texts(musician).count == 1 && home.texts(coder).count == 1)
  }

  @Test func whatIsLikeNoProfileGoesToThoseWithoutOne() {
    let home = Household()
    let coder = home.open("coder", profile: "bugs")
    let (open, silent) = (home.open("open"), home.open("silent", profile: "…"))
    let stranger = home.open()
    home.hear("weather")
    #expect(home.texts(coder).isEmpty && home.texts(stranger).isEmpty)
    #expect(home.texts(open).count == 1)
    #expect(home.texts(silent).count == 1, "a profile without a word says nothing")
    home.virtual.closed(open)
    home.virtual.closed(silent)
    home.hear("weather")
    #expect(home.virtual.counters.unrouted == 1 && home.texts(coder).isEmpty)
  }

  @Test func theThresholdIsACosine() {
    // One of four words is shared: a cosine of 0.5 for a profile of one word.
    for (threshold, count) in [(Float(0.49), 1), (0.51, 0)] {
      let home = Household(threshold: threshold)
      let coder = home.open("coder", profile: "bugs")
      home.hear("bugs in my roof")
      #expect(home.texts(coder).count == count)
    }
  }

  @Test func aMessageThatNamesOneGoesToItWhateverItsProfile() {
    let home = Household()
    let coder = home.open("coder", profile: "bugs")
    let open = home.open("open")
    home.hear("weather", toName: "coder")
    #expect(home.texts(coder).count == 1 && home.texts(open).isEmpty)
    home.hear("weather", toName: "nobody")
    #expect(home.texts(coder).count == 1 && home.texts(open).isEmpty)
    #expect(home.virtual.counters.unrouted == 1)
  }

  @Test func aBlockIsComparedByTheCategoriesThatAreListenedTo() {
    let home = Household()
    let coder = home.open("coder", profile: "bugs")
    let open = home.open("open")
    var said = CMBCategories(focus: "weather weather weather weather")
    said[.issue] = "bugs"
    let block = Frame.cmb(
      CMBFrame(CMB(said, createdBy: "cellar", createdTimestamp: 1), timestamp: 1))
    home.hear(block, event: "cmb-accepted")
    #expect(home.texts(coder).isEmpty && home.texts(open).count == 1)
    home.say(coder, #"{"type":"listen","categoryWeights":{"focus":0}}"#)
    home.hear(block, event: "cmb-accepted")
    #expect(home.texts(coder).count == 2 && home.texts(open).count == 1)
    #expect(home.texts(coder)[1].hasPrefix(#"{"type":"event","event":"cmb-accepted","data":{"#))
  }

  /// mmp-wire §8: {type:"event",event:"message",data}, where the daemon's `from` is a name.
  @Test func linesAreToldEventsAndFramesAreGivenTheFrame() {
    let home = Household()
    let lines = home.open("lines")
    let frames = home.open()
    home.sayFramed(frames, #"{"type":"register","name":"frames"}"#)
    home.hear(
      .message(Message(from: "forged", fromName: "melotune", content: "hi", timestamp: 7)))
    #expect(
      home.texts(lines) == [
        #"{"type":"event","event":"message","data":{"fromId":"\#(Household.peerID)","#
          + #""type":"message","from":"melotune","fromName":"melotune","content":"hi","#
          + #""timestamp":7}}"# + "\n"
      ])
    let frame =
      #"{"type":"message","from":"\#(Household.peerID)","fromName":"melotune","content":"hi","#
      + #""timestamp":7}"#
    #expect(home.texts(frames).last == "\0\0\0s" + frame)
    #expect(frame.utf8.count == 115)
  }

  @Test func aMoodIsTold() {
    let home = Household()
    let lines = home.open("lines", profile: "tea")
    let mood = MoodSignal(from: "", fromName: "", mood: "calm", context: "tea", timestamp: 7)
    home.hear(.mood(mood), event: "mood-delivered")
    #expect(
      home.texts(lines).first?.contains(#""from":"cellar","fromName":"cellar","mood""#) == true)
  }

  @Test func everyoneHearsOfPeers() {
    let home = Household()
    let (coder, open, stranger) = (
      home.open("coder", profile: "bugs"), home.open("open"), home.open()
    )
    home.virtual.announce("peer-joined", at: 0) { $0.field("name", "cellar") }
    home.pump()
    let told = #"{"type":"event","event":"peer-joined","data":{"name":"cellar"}}"# + "\n"
    #expect(home.texts(coder) == [told] && home.texts(open) == [told])
    #expect(home.texts(stranger).isEmpty)
  }

  @Test func withoutAnEncoderEveryoneIsConcerned() {
    let home = Household()
    home.virtual.encode = nil
    let (coder, open) = (home.open("coder", profile: "bugs"), home.open("open"))
    home.hear("weather")
    #expect(home.texts(coder).count == 1 && home.texts(open).count == 1)
  }
}
