# SPDX-License-Identifier: Apache-2.0
"""Groups of nodes that reach each other only through a relay."""

import json
import os

from checks import soon, stays
from relay_nodes import Networks, relayed
from relay_server import RelayProcess


def group(workshop, node, *words, check=True):
    """What `taumesh group` prints; nil where it fails and `check` is off."""
    done = workshop.run("group", *words, "--state", node.directory)
    if check and done.returncode != 0:
        raise RuntimeError(f"group {words}: {done.stderr}")
    return done.stdout.strip() if done.returncode == 0 else None


def report(workshop, node):
    return json.loads(group(workshop, node, "list", "--json"))


def standing(workshop, node):
    groups = report(workshop, node)["groups"]
    return groups[0] if groups else {}


def said(workshop, node):
    return [(e["from"], e["focus"]) for e in report(workshop, node)["events"]
            if e["event"] == "message"]


def hidden_group(workshop, check):
    """A hidden group through a relay: its list is the membership, its death and return need nobody"""
    networks = Networks()
    try:
        relay = RelayProcess(workshop, "--groups", address="0.0.0.0", port=9002,
                             prefix=networks.prefix_of("relay"))
        key = 'relay: {{ url: "ws://10.91.{}.1:9002" }}'
        a = workshop.node("a", address="10.91.1.2", port=7778, mesh_keys=[key.format(1)])
        b = workshop.node("b", address="10.91.2.2", port=7778, mesh_keys=[key.format(2)], join=a)
        for node in (a, b):
            node.start(prefix=networks.prefix_of(node.name))
        check(soon(40, lambda: relayed(a, "b") and relayed(b, "a"), every=0.3),
              "two nodes meet through the relay", a.log()[-1500:])
        line = group(workshop, a, "create", "--label", "den", "--hidden")
        check(soon(15, lambda: standing(workshop, a).get("relay") == "up"),
              "the group's channel opens for its token", standing(workshop, a))
        secret = a.path("group-" + standing(workshop, a)["id"] + ".token")
        check(os.stat(secret).st_mode & 0o777 == 0o600, "the token is kept for nobody else")
        group(workshop, b, "join", line)
        check(soon(15, lambda: standing(workshop, a).get("members") == 1
                   and standing(workshop, b).get("members") == 1),
              "the relay's list tells each of the other",
              (report(workshop, a), report(workshop, b)))
        group(workshop, a, "send", "den", "softer")
        check(soon(5, lambda: ("a", "softer") in said(workshop, b)), "what one says the other hears")
        check(standing(workshop, b)["lan"] == "unused", "nothing is told on the local network")

        other = group(workshop, b, "create", "--label", "attic", "--hidden")
        check(stays(3, lambda: standing(workshop, a).get("members") == 1)
              and len(report(workshop, a)["groups"]) == 1, "another group is another channel")
        group(workshop, b, "leave", "attic")
        check(other != line, "with a line of its own")

        relay.kill()
        check(soon(20, lambda: standing(workshop, a).get("failure") == "isolated"),
              "without the relay that is said", standing(workshop, a))
        relay.start()
        check(soon(90, lambda: standing(workshop, a).get("relay") == "up"
                   and standing(workshop, b).get("relay") == "up", every=0.5),
              "when it is back both are on the channel again", standing(workshop, a))
        check(soon(60, lambda: relayed(a, "b"), every=0.5), "and linked")
        check(soon(15, lambda: standing(workshop, a).get("members") == 1), "and members")
        group(workshop, b, "send", "den", "again")
        check(soon(5, lambda: ("b", "again") in said(workshop, a)), "and heard")
        group(workshop, b, "leave", "den")
        check(soon(10, lambda: standing(workshop, a).get("members") == 0), "who leaves is missed")
        check(not any(name.startswith("group-") for name in os.listdir(b.directory)),
              "and keeps no token")
    finally:
        for node in workshop.nodes:
            node.kill()
        networks.close()


PARTS = [hidden_group]
