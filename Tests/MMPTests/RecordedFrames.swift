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
      + #"}"#
  ]
}
