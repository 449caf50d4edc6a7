# SPDX-License-Identifier: Apache-2.0
"""Remembering, recalling, feeling and saying, by the command line of running nodes."""

import json
import os
import struct

from checks import soon, stays

PUMP = "the pump in the boiler room is hot"


def verb(node, *words):
    """What the program says of a verb: exit status and both its outputs."""
    done = node.workshop.run(*words, "--state", node.directory)
    return done.returncode, done.stdout, done.stderr


def remember(node, text, *options):
    status, _, errors = verb(node, "remember", text, *options)
    if status != 0:
        raise RuntimeError(f"remember on {node.name}: {errors}")


def recalled(node, words=""):
    status, text, errors = verb(node, "recall", words, "--json")
    if status != 0:
        raise RuntimeError(f"recall on {node.name}: {errors}")
    return json.loads(text)


def contents(node, words=""):
    return [memory["content"] for memory in recalled(node, words)]


def coupling(node, peer):
    """How close `node` finds the peer of a name, and the drift."""
    for each in node.status().get("peers", []):
        if each["name"] == peer.name:
            return each["coupling"], each["drift"]
    return None, None


def mesh_of(workshop, *names, sections=()):
    """Nodes of one mesh that all dial the first."""
    first = workshop.node(names[0], ear=False, sections=sections).start()
    nodes = [first]
    for name in names[1:]:
        nodes.append(
            workshop.node(name, join=first, peers=[first], ear=False, sections=sections).start())
    for node in nodes[1:]:
        if not soon(10, lambda node=node: coupling(node, first)[0]):
            raise RuntimeError(f"{node.name} does not find {first.name}")
    return nodes


def shared_with_ones_mind(workshop, check):
    """What one node is told, a coupled one recalls, and a rejected one does not."""
    one, near, far = mesh_of(workshop, "one", "near", "far")
    check(coupling(one, near) == ("rejected", None), "who knows nothing is coupled to nobody",
          coupling(one, near))
    remember(one, PUMP)
    remember(near, PUMP + " and loud")
    remember(far, "acoustic guitar at breakfast")
    check(soon(15, lambda: coupling(one, near)[0] in ("aligned", "guarded")),
          "two that remember alike are coupled", coupling(one, near))
    check(soon(15, lambda: coupling(near, one)[0] in ("aligned", "guarded")),
          "each finds so itself", coupling(near, one))
    check(soon(15, lambda: (coupling(one, far)[1] or 0) > 0.5),
          "one that remembers other things is far away", coupling(one, far))
    check(coupling(one, far)[0] == "rejected", "and is rejected")
    check(soon(30, lambda: PUMP in contents(near)), "what was made before is told once they are",
          contents(near))
    remember(one, "the pump has stopped", "--tags", "pump,alarm")
    check(soon(5, lambda: "the pump has stopped" in contents(near, "alarm")),
          "what is new is recalled on the other", contents(near))
    found = [each for each in recalled(near, "alarm") if each["content"] == "the pump has stopped"]
    check(found and found[0]["source"] == "one" and found[0]["tags"] == ["pump", "alarm"]
          and not found[0]["own"], "with its source and its tags", found)
    check(stays(3, lambda: contents(far) == ["acoustic guitar at breakfast"]),
          "and not on the rejected one", contents(far))
    check(one.counter("memoriesShared") >= 2, "shared ones are counted", one.counters())
    status, text, _ = verb(near, "recall", "stopped")
    check(status == 0 and text == "one: the pump has stopped #pump #alarm\n", "recall for people",
          text)


def nobody_is_told_without_memory(workshop, check):
    """A node without content of its own is told nothing, and one that is rejected either."""
    one, empty = mesh_of(workshop, "one", "empty")
    remember(one, PUMP)
    check(stays(12, lambda: contents(empty) == []), "nothing arrives", contents(empty))
    check(one.counter("memoriesShared") == 0, "nothing was sent", one.counters())
    check(one.counter("statesEmpty") > 0, "empty states are counted", one.counters())


def kept_over_a_restart(workshop, check):
    """What is remembered is there after a restart, and couples again."""
    one, near = mesh_of(workshop, "one", "near")
    remember(one, PUMP, "--tags", "heat")
    remember(near, PUMP + " and loud")
    check(soon(15, lambda: coupling(one, near)[0] in ("aligned", "guarded")), "coupled")
    check(one.stop()[0] == 0, "stops")
    one.start()
    check(PUMP in contents(one, "heat"), "recalled after the restart", contents(one))
    check(soon(25, lambda: coupling(one, near)[0] in ("aligned", "guarded")),
          "coupled again by what it remembers", coupling(one, near))
    one.stop()
    with open(one.path("memories.json"), "w") as file:
        file.write("[{]")
    one.start()
    check("memories.json" in one.log(), "a damaged file is told", one.log()[-500:])
    check(contents(one) == [] or near.name in str(recalled(one)), "and started without")


def words_to_others(workshop, check):
    """Messages go to whom they are meant for, moods to those they concern."""
    one, near, far = mesh_of(workshop, "one", "near", "far")
    status, _, errors = verb(one, "send", "hello all of you")
    check(status == 0, "send to all", errors)
    check(soon(5, lambda: "one: hello all of you" in near.log() and
               "one: hello all of you" in far.log()), "arrives at both")
    verb(one, "send", "only you", "--to", "far")
    check(soon(5, lambda: "one: only you" in far.log()), "send to one arrives")
    check("only you" not in near.log(), "there alone")
    status, _, errors = verb(one, "send", "who", "--to", "nobody")
    check(status == 1 and "nobody" in errors, "a name that nobody has is told", errors)
    remember(one, PUMP)
    remember(near, "the boiler room is cold")
    check(soon(15, lambda: (coupling(near, one)[1] or 9) <= 0.8), "within the reach of moods",
          coupling(near, one))
    check(verb(one, "mood", "tired of the noise")[0] == 0, "mood")
    check(soon(5, lambda: "one: tired of the noise" in near.log()), "concerns one nearby")
    check(stays(2, lambda: "tired of the noise" not in far.log()), "and not one without a state")
    check(far.counter("moodsIgnored") == 1, "who counts it", far.counters())
    check(verb(one, "remember", "")[0] == 2, "nothing to remember is a wrong call")
    status, _, errors = verb(one, "remember", PUMP)
    check(status == 1 and "already" in errors, "the same words are one memory", errors)


def other_encoders_are_not_compared(workshop, check):
    """States of different weights do not couple, however alike the memories are."""
    weights = workshop.path("weights.safetensors")
    write_weights(weights)
    one = workshop.node("one", ear=False).start()
    other = workshop.node(
        "other", join=one, peers=[one], ear=False,
        sections=["memory: { weights-file: " + weights + " }"]).start()
    for node in (one, other):
        remember(node, PUMP + " " + node.name)
    check(soon(15, lambda: one.counter("statesIncomparable") > 0), "counted", one.counters())
    check(coupling(one, other) == ("rejected", None), "rejected", coupling(one, other))
    names = [node.status()["memory"]["encoder"] for node in (one, other)]
    check(names[0] != names[1] and all(len(name) == 16 for name in names), "named", names)
    broken = workshop.node(
        "broken", ear=False, sections=["memory:", "  weights-file: " + one.path("mesh.key")])
    broken.start(wait=False)
    check(soon(5, lambda: not broken.alive()), "a file that is none keeps a node from starting")
    check("memory.weights-file" in broken.log() and "taumesh.yaml:" in broken.log(),
          "with file, line and key", broken.log())


def write_weights(path):
    """A weight file of two cells whose weights are small and regular."""
    shapes = {}
    for cell, inputs in (("cell1", 16), ("cell2", 64)):
        shapes[f"{cell}.backbone.0.weight"] = [8, inputs + 64]
        shapes[f"{cell}.backbone.0.bias"] = [8]
        for head in ("ff1", "ff2", "time_a", "time_b"):
            shapes[f"{cell}.{head}.weight"], shapes[f"{cell}.{head}.bias"] = [64, 8], [64]
    header = {"__metadata__": {
        "format": "taumesh-cfc", "version": "1", "cell": "cfc-default", "activation": "lecun_tanh",
        "input": "16", "hidden": "64", "backbone_units": "8", "backbone_layers": "1",
        "time_input": "dt"}}
    data = b""
    for name in sorted(shapes):
        count = shapes[name][0] * (shapes[name][1] if len(shapes[name]) > 1 else 1)
        header[name] = {"dtype": "F32", "shape": shapes[name],
                        "data_offsets": [len(data), len(data) + 4 * count]}
        data += struct.pack(f"<{count}f", *(((7 * i) % 13 - 6) / 13 for i in range(count)))
    text = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    os.chmod(path, 0o644)


PARTS = [
    shared_with_ones_mind, nobody_is_told_without_memory, kept_over_a_restart, words_to_others,
    other_encoders_are_not_compared,
]
