// SPDX-License-Identifier: Apache-2.0

/// The commented configuration that `taumesh init` writes.
package enum ConfigurationTemplate {
  package static func text(name: String, profile: String, meshID: String, owner: String?) -> String
  {
    """
    # Taumesh configuration. A wrong key or value is refused with its line; `taumesh doctor`
    # shows what this machine has. Durations carry a unit: 200ms, 5s, 1m.

    node:
      name: "\(name)"
      profile: \(profile)            # zero, pi2, pi4, server or cloud
      # availability: always    # or sleepy: sleeps and can be woken; ephemeral: comes and goes

    mesh:
      id: \(meshID)
      \(owner.map { "owner: \($0)" } ?? "# owner: KEY              # whose word counts; `taumesh owner show` prints it")
      # port: 7778              # TCP and UDP; 0 takes a free one
      # address: 0.0.0.0        # listen on one address only
      # discovery: true         # announce and find nodes of this mesh with mDNS
      # peers: ["192.168.1.20:7778"]   # dialled as well, where multicast does not reach
      # allow-plaintext: false  # nodes without secure links (sym): messages and memory alone
      # silence: 15s            # a peer not heard for so long is gone
      # plaintext-silence: 120s # the same for nodes without secure links
      # remember-peers: 168h    # how long peers that are away are listed
      # tell-wake-channels: false  # tell nodes without secure links how others can be woken
      # pulse-rate: 20 Hz       # phase updates a second to each peer; 10 Hz by itself on Wi-Fi
      # packets-per-second: 800 # the pulse rate falls to stay below
      # relay: { url: "wss://relay.example", token-file: /etc/taumesh/relay.token }

    # Where inputs of type http and websocket are served; the token is in surface.token.
    # surface:
    #   address: 127.0.0.1      # this machine alone
    #   port: 9001

    # What this node remembers, and how close another must be to be told.
    # memory:
    #   drift: kuramoto         # kuramoto: by phases; cosine: as sym nodes do
    #   entries: 128            # memories kept; received ones make room first
    #   without-state: similar  # what sym nodes are told: similar, always or never
    #   state-interval: 5s      # least time between two changes of state told to a peer
    #   # weights-file: /etc/taumesh/weights.safetensors   # the same on all nodes

    # Where local applications and the command line reach the node, and who may.
    # ipc:
    #   mode: 0660              # of the socket
    #   group: audio            # its members are answered too, besides root and this user
    #   compatibility: true     # also at /tmp/sym.sock, for applications made for SYM nodes
    # A relay served to nodes that cannot reach each other; `taumesh relay` runs one by itself.
    # relay:
    #   address: 0.0.0.0
    #   port: 9002
    #   token-file: /etc/taumesh/relay.token   # what clients must show; everyone is let in without

    # groups:
    #   accept-unknown: false    # take blocks of a group from who is no known member
    #   rooms: true              # advertise groups under their successor's name, too
    #   allow-plaintext: false   # nodes without secure links may be members
    # How nodes that sleep are woken when something is there for them; phones, too.
    # wake: { cooldown: 5m, per-hour: 30, peers: [{ name: nas, mac: "b8:27:eb:01:02:03" }] }

    # How nodes that sleep are woken when something is there for them; phones, too.
    # wake: { cooldown: 5m, per-hour: 30, peers: [{ name: nas, mac: "b8:27:eb:01:02:03" }] }

    # What this node hears. Nodes compare channels of the same name.
    inputs: []
    # - id: fan
    #   type: microphone
    #   device: "hw:CARD=Device"   # any ALSA PCM; `taumesh doctor` lists them
    #   rate: 16000                # 8000 to 48000 Hz
    #   format: S16_LE             # S16_LE, S32_LE or FLOAT_LE
    #   channel: hum               # what peers compare it with
    #   encode: analytic           # analytic: the phase of one band; envelope: of the loudness
    #   frequency: 50 Hz           # centre of the band
    #   width: 4 Hz                # its -3 dB width

    # What this node plays.
    outputs: []
    # - id: tone
    #   type: speaker
    #   device: default
    #   channel: hum
    #   mapping: angle             # angle: an octave per half turn; seed: 440 Hz + 440 Hz x Re

    """
  }
}
