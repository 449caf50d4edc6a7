# SPDX-License-Identifier: Apache-2.0
"""A Pi Zero, a Pi 2 and a node of the host on one Ethernet: they find each other and agree."""

import time

import feed
from checks import soon

LAN = ["raspi0", "raspi2b"]
LIMIT = 300
HUM = 50  # Hz; from a recording, for a sound card as well is more than an emulated Zero bears


def peers(node, state=None):
    return sorted(peer["name"] for peer in node.status().get("peers", [])
                  if peer["secure"] and state in (None, peer["state"]))


def agreement(nodes):
    """The mean coherence that each of the nodes has, when all count three and nearly agree."""
    channels = [(node.status().get("channels") or [{"n": 0}])[0] for node in nodes]
    values = [channel.get("meanCoherence", 0) for channel in channels]
    same = all(channel["n"] == 3 for channel in channels) and max(values) - min(values) <= 0.1
    return values if same and min(values) > 0.5 else None


def mesh(stage, check):
    """Found by mDNS over emulated USB Ethernet: each has both others as secure peers"""
    selftests = {name: guest.run("taumesh selftest", 90) for name, guest in stage.guests.items()}
    for name, done in selftests.items():
        check(done.ok, f"{name}: self-test: {done.output.strip().splitlines()[-1:]}", done.output)
    join, nodes = stage.host.invitation(), {}
    for name, guest in stage.guests.items():
        nodes[name] = guest.node(
            name, inputs=[feed.microphone(HUM)], environment=feed.into(guest, HUM),
            join=join, address="::", discovery=True)
    started = time.monotonic()
    for node in nodes.values():
        node.start(40)
    nodes["host"] = stage.host
    for name, node in nodes.items():
        others = sorted(each for each in nodes if each != name)
        check(bool(soon(40, lambda: peers(node) == others, 0.5)), f"{name} has the peers {others}",
              (node.status().get("peers"), node.log()))
    print(f"        after {time.monotonic() - started:.1f} s")
    agreed = soon(40, lambda: agreement(nodes.values()), 0.5)
    check(bool(agreed), "all three count three members and agree on their coherence",
          [node.status().get("channels") for node in nodes.values()])
    print(f"        {agreed}")
    cable(stage, nodes, check)


def cable(stage, nodes, check):
    index = stage.index["raspi0"]
    stage.lan.cut(index)
    started = time.monotonic()
    check(bool(soon(3, lambda: "raspi0" not in peers(stage.host, "fresh"), 0.05)),
          "with its cable out, raspi0 has no weight", stage.host.status().get("peers"))
    print(f"        after {time.monotonic() - started:.2f} s")
    check(bool(soon(25, lambda: "raspi0" not in peers(stage.host), 0.2)), "and then is no peer",
          stage.host.status().get("peers"))
    print(f"        after {time.monotonic() - started:.1f} s")
    check(peers(stage.host) == ["raspi2b"] and nodes["raspi2b"].alive(), "the others go on")
    stage.lan.mend(index)
    started = time.monotonic()
    check(bool(soon(60, lambda: peers(nodes["raspi0"]) == ["host", "raspi2b"], 0.5)),
          "with the cable back it has both again",
          (nodes["raspi0"].status().get("peers"), nodes["raspi0"].log()))
    print(f"        after {time.monotonic() - started:.1f} s")


PARTS = [mesh]
