// SPDX-License-Identifier: Apache-2.0

/// JSON texts that real nodes sent: sym 0.12.1 (`Current`) and sym 0.3.0 (the others).
enum RecordedFrames {
  static let handshakeCurrent =
    #"{"type":"handshake","nodeId":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","name":"re"#
    + #"f-peer","version":"0.2.3","extensions":[],"room":"default","publicKey":"_09QZP"#
    + #"a4z_tZwfOmoyRuAKGPE0LGJUaeZ2MUdO2Cd6w","e2ePublicKey":"MCowBQYDK2VuAyEAY820Stv"#
    + #"H2Kvk2pF+Rt4RRdhrX26UlR5ATuV89iWRn2I=","lifecycleRole":"participant"}"#

  static let handshakeOriginal =
    #"{"type":"handshake","nodeId":"1d86fb71-a447-4dc9-a6e4-c9893cc445ea","name":"ol"#
    + #"d-peer"}"#

  static let stateSync =
    #"{"type":"state-sync","h1":[0,-0.09759000729485333,0.19518001458970666,0,0,0,0,"#
    + #"0,0,0.3903600291794133,0,0.19518001458970666,0,0,-0.19518001458970666,0,0,-0.1"#
    + #"9518001458970666,0,0,0,0,0,0.19518001458970666,-0.19518001458970666,0,0.585540"#
    + #"0437691199,0,0,0,0,0],"h2":[0,0,0,0,0,0,0,0,0,0,-0.19518001458970666,0,0,0,0,0"#
    + #",0,0,0,0,0,0.19518001458970666,0,-0.3903600291794133,0,0,0,0,0,0,-0.1951800145"#
    + #"8970666,0],"confidence":0.8}"#

  /// Frames that this version has no use for.
  static let unread = [
    #"{"type":"attestation","attestation":{"of":"cmb-4614ba9a9bd706a3ad3a3ebf9e3b54d"#
      + #"c33234506ac4acf665dd5dbdc790cd2f2","by":"01a1fd53-71ff-7d62-94ba-a1f035178dc4""#
      + #","at":1795251470407,"roster":"default","method":"heuristic","verdict":"aligned"#
      + #"","categories":{"focus":"silent","issue":"silent","intent":"silent","motivatio"#
      + #"n":"silent","commitment":"silent","perspective":"silent","mood":"silent"},"rol"#
      + #"e":"participant","seq":1,"prev":"genesis","sig":"EG75Cjg3wlwRQ8N_NGsRgzMVqL1cT"#
      + #"DDQnedeuU6xCHLmbgMYct1IvCciEOjfpm4Ri9o4PYhF63gJ3bcieQiEAQ","sigAlg":"ed25519"}"#
      + #"}"#,
    #"{"type":"cmb-fetch-result","reqId":"r1","key":"cmb-4614ba9a9bd706a3ad3a3ebf9e3"#
      + #"b54dc33234506ac4acf665dd5dbdc790cd2f2","found":true,"cmb":{"categories":{"focu"#
      + #"s":{"text":"boiler room temperature 61C rising"},"issue":{"text":"fan stalled "#
      + #"on node 3"},"intent":{"text":"request fan restart"},"motivation":{"text":"thre"#
      + #"e sensors agree"},"commitment":{"text":"recheck in 60 s"},"perspective":{"text"#
      + #"":"sensor node pi-zero"},"mood":{"text":"alert"}},"metadata":{"key":"cmb-4614b"#
      + #"a9a9bd706a3ad3a3ebf9e3b54dc33234506ac4acf665dd5dbdc790cd2f2","createdBy":"ref-"#
      + #"peer","createdTimestamp":1795251470407,"lineage":null,"room":null,"to":null}},"#
      + #""timestamp":1795251475244}"#,
    #"{"type":"message","from":"01a1fd53-71ff-7d62-94ba-a1f035178dc4","fromName":"re"#
      + #"f-peer","content":"hi mesh","timestamp":1795251478184}"#,
    #"{"type":"memory-share","key":"memory-1795251658547","content":"Room 3 pressure"#
      + #" 1013 hPa steady","source":"old-peer","tags":["sensor"],"originTimestamp":1795"#
      + #"251658547,"storedAt":1795251658547,"timestamp":1795251658547,"cmb":null}"#,
    #"{"type":"mood","from":"1d86fb71-a447-4dc9-a6e4-c9893cc445ea","fromName":"old-p"#
      + #"eer","mood":"tired","context":"late","timestamp":1795251659554}"#,
  ]
}
