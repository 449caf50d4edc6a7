# SPDX-License-Identifier: Apache-2.0
"""Sessions between a running node and nodes as they are in the field."""

import json

from checks import soon, stays
from sym import Sym, random_state

PLAIN = ["allow-plaintext: true"]


def recalled(node, *words):
    """Contents of the memories that a node recalls."""
    done = node.workshop.run("recall", *words, "--json", "--state", node.directory)
    return json.loads(done.stdout) if done.returncode == 0 else []


def knows(node, text):
    return any(text in json.dumps(memory) for memory in recalled(node))


def run(node, *words):
    return node.workshop.run(*words, "--state", node.directory)


def shown(node, name):
    """What status says of a peer; {} for none."""
    return next((peer for peer in node.status().get("peers", []) if peer["name"] == name), {})


def current_node(workshop, check):
    """A node of sym 0.12: blocks both ways, signed, and nothing that breaks it."""
    node = workshop.node("kitchen", mesh_keys=PLAIN,
                         sections=["memory: { without-state: always }"]).start()
    sym = Sym(node.place)
    check(soon(5, lambda: sym.of("handshake")), "the node answers with a handshake")
    hello = sym.of("handshake")[0]
    check(all(hello.get(key) for key in ("nodeId", "name", "version", "room", "publicKey")),
          "with everything such a node reads", hello)
    check("taumesh" not in hello, "and nothing that is for members alone")
    peer = soon(3, lambda: shown(node, sym.name))
    check(peer and peer.get("secure") is False, "status shows it as insecure", peer)
    sym.send(sym.block({"focus": "boiler room temperature 61C rising", "mood": "alert"}))
    check(soon(5, lambda: knows(node, "boiler room")), "its signed block is recalled")
    sym.send(sym.block({"focus": "boiler room temperature 60C falling"}, signed=False))
    check(soon(5, lambda: knows(node, "60C falling")), "an unsigned one as well")
    sym.send(sym.block({"focus": "quarterly tax ledger", "issue": "audit", "intent": "file"}))
    check(stays(1, lambda: not knows(node, "tax ledger")), "one that has to do with none is not")
    forged = sym.block({"focus": "forged note"})
    forged["cmb"]["metadata"]["createdTimestamp"] += 1
    changed = sym.block({"focus": "honest note"})
    changed["cmb"]["categories"]["focus"]["text"] = "changed note"
    for what, frame in (("forged", forged), ("changed", changed),
                        ("of another room", sym.block({"focus": "lab note"}, room="lab")),
                        ("for another node", sym.block({"focus": "private note"}, to="somebody"))):
        sym.send(frame)
        text = frame["cmb"]["categories"]["focus"]["text"]
        check(stays(1, lambda: not knows(node, text)), f"a block {what} is not taken in")
    sym.send({"type": "message", "from": sym.node_id, "fromName": sym.name, "content": "hi",
              "timestamp": 1})
    sym.send({"type": "attestation", "attestation": {}})
    sym.send(b"{")
    sym.send({"type": "ping"})
    check(soon(3, lambda: sym.of("pong")), "bad JSON and unknown frames do not end it")
    done = run(node, "remember", "oven reached 180 C, cake can go in")
    check(done.returncode == 0, "something is remembered", done.stderr)
    check(soon(5, lambda: any("oven reached" in json.dumps(frame) for frame in sym.of("cmb"))),
          "and comes as a block")
    for frame in sym.of("cmb"):
        check(Sym.is_valid(frame["cmb"], hello), "whose key and signature it can verify")
    run(node, "mood", "tired, long day in the kitchen")
    check(soon(5, lambda: any("tired" in frame["cmb"]["categories"]["mood"]["text"]
                              for frame in sym.of("cmb"))),
          "a mood comes inside a block")
    kinds = {frame["type"] for frame in sym.frames}
    check(not kinds & {"mood", "state-sync", "memory-share"},
          "never as a frame, and no state either", kinds)
    key = sym.of("cmb")[0]["cmb"]["metadata"]["key"]
    for number, wanted in enumerate((key, "cmb-" + "0" * 64)):
        sym.send({"type": "cmb-fetch", "reqId": f"r{number}", "key": wanted,
                  "from": sym.node_id, "timestamp": 1})
    check(soon(5, lambda: len(sym.of("cmb-fetch-result")) == 2), "fetches are answered")
    check([frame["found"] for frame in sym.of("cmb-fetch-result")] == [True, False],
          "with the block, and with none")
    sym.stream.sendall((1 << 20 | 1).to_bytes(4, "big"))
    check(soon(3, lambda: not sym.is_open), "a length beyond 1 MiB ends the connection")
    check([frame["code"] for frame in sym.of("error")] == [1003], "after saying why")


def sealed_blocks(workshop, check):
    """A node that names a key for it gets and sends blocks only the two can read."""
    node = workshop.node("kitchen", mesh_keys=PLAIN).start()
    sym = Sym(node.place, seals=True)
    soon(5, lambda: sym.of("handshake"))
    hello = sym.of("handshake")[0]
    check("e2ePublicKey" in hello, "the node names a key of its own")
    run(node, "remember", "secret of the house: the cake")
    check(soon(5, lambda: sym.of("cmb")), "a block comes")
    cmb = sym.of("cmb")[0]["cmb"]
    check(isinstance(cmb["categories"], str) and "cake" not in json.dumps(cmb), "sealed")
    clear = sym.opened(cmb, hello)
    check("cake" in json.dumps(clear) and Sym.is_valid(clear, hello),
          "it opens, and its signature is valid")


def agree(node, sym):
    """Gives the node its own state back until it finds the peer aligned."""
    def aligned():
        sym.send(dict(sym.of("state-sync")[-1]))
        return shown(node, sym.name).get("coupling") == "aligned"
    return soon(15, aligned, every=0.5)


def original_node(workshop, check):
    """A node of MMP 0.2.0: states both ways, memories as far as they are coupled."""
    node = workshop.node("kitchen", mesh_keys=PLAIN).start()
    sym = Sym(node.place, name="old-peer", is_original=True)
    check(soon(5, lambda: sym.of("state-sync")), "the node tells its state")
    state = sym.of("state-sync")[-1]
    check(len(state["h1"]) == len(state["h2"]) == 32, "in numbers as such nodes have",
          (len(state["h1"]), len(state["h2"])))
    run(node, "remember", "before any state is known")
    check(stays(2, lambda: not sym.of("memory-share")),
          "whose state is unknown gets no memory")
    sym.send(random_state())
    run(node, "remember", "while the states differ")
    check(stays(2, lambda: not sym.of("memory-share")), "nor does one that is rejected")
    check(soon(3, lambda: shown(node, sym.name).get("coupling") == "rejected"),
          "which status shows", shown(node, sym.name))
    sym.send({"type": "memory-share", "key": "mem_1", "content": "from a rejected peer",
              "source": "old-peer", "tags": [], "timestamp": 1})
    check(soon(15, lambda: any(sym.of("state-sync")[-1]["h1"])), "the node tells its new state")
    agree(node, sym)
    check(shown(node, sym.name).get("coupling") == "aligned",
          "with the node's own state it is aligned", shown(node, sym.name))
    sym.send({"type": "memory-share", "key": "mem_2", "content": "User prefers acoustic guitar",
              "source": "old-peer", "tags": ["preference"], "timestamp": 2})
    check(soon(5, lambda: knows(node, "acoustic guitar")), "its memory is taken in")
    agree(node, sym)
    run(node, "remember", "while the states agree")
    check(soon(5, lambda: any("agree" in frame["content"] for frame in sym.of("memory-share"))),
          "and memories are shared with it")
    check(not any("differ" in frame["content"] or "before" in frame["content"]
                  for frame in sym.of("memory-share")), "none of them was told before")
    run(node, "mood", "calm")
    check(soon(5, lambda: sym.of("mood")), "a mood comes as a frame")
    check(not sym.of("cmb"), "and no block ever")


def strangers_by_default(workshop, check):
    """Without `allow-plaintext` such nodes are refused, and counted."""
    node = workshop.node("kitchen").start()
    before = node.counter("connectionsPlaintext")
    sym = Sym(node.place)
    check(soon(3, lambda: not sym.is_open), "the connection is closed")
    check(not sym.frames, "without a word")
    check(node.counter("connectionsPlaintext") == before + 1, "and counted")


PARTS = [current_node, sealed_blocks, original_node, strangers_by_default]
