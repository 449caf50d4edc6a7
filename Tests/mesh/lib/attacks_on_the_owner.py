# SPDX-License-Identifier: Apache-2.0
"""Secrets that change while nodes talk, nodes that are thrown out, and forgers of the owner's word."""

import os
import shutil
import struct
import time
import uuid

from attacks_by_strangers import place, rises
from checks import soon, stays
from link import Identity, Link, Refused, frame
from member import Member
from nodes import CHANNEL
from owner import BINDING, REVOCATION, ROTATION, Owner, news, statement


def three(workshop, owner=None, **named):
    """Three nodes that all count each other; the first is the victim."""
    victim = workshop.node("victim", **named).start()
    friend = workshop.node("friend", join=victim, peers=[victim], **named).start()
    third = workshop.node("third", join=victim, peers=[victim, friend], **named).start()
    nodes = [victim, friend, third]
    if not soon(20, lambda: all(node.n() == 3 for node in nodes)):
        raise RuntimeError("the three do not meet:\n" + "\n".join(node.log() for node in nodes))
    if owner and owner.ask("owner", "claim", "--state", victim.directory).returncode != 0:
        raise RuntimeError("the mesh cannot be claimed")
    return nodes


def gaps(bodies):
    """Pulses missing in a row of bodies, by their sequence numbers."""
    numbers = [struct.unpack("<I", body[12:16])[0] for body in bodies]
    return sum(later - earlier - 1 for earlier, later in zip(numbers, numbers[1:])), len(numbers)


def knock(node, mesh, secret, identity=None):
    """Whether a link with that secret is refused."""
    link = Link.connect(place(node), identity or Identity(), mesh, secret)
    try:
        link.dial()
        link.greet("visitor", mesh)
        link.read_frame()
        return False
    except Refused:
        return True
    finally:
        link.close()


def rotation(workshop, check):
    """The secret changes under nodes that pulse: no link ends, no pulse is lost."""
    owner = Owner(workshop)
    nodes = three(workshop, owner)
    victim, friend, third = nodes
    old = victim.secret()
    check(soon(5, lambda: "belongs to " + owner.public() in workshop.run(
        "key", "--state", third.directory).stdout), "every member knows whose word counts")
    member = Member(place(victim), "home", old, channel=CHANNEL)
    check(soon(5, lambda: len(member.heard) > 20), "a member counts the victim's pulses")
    start = {node.name: node.log().count(" left: ") for node in nodes}
    pulses = {node.name: sum(peer["pulses"] for peer in node.status()["peers"]) for node in nodes}
    began = time.monotonic()
    done = owner.ask("key", "rotate", "--state", victim.directory, "--overlap", "6s")
    check(done.returncode == 0, "taumesh key rotate", done.stderr)
    check(soon(3, lambda: len({node.secret() for node in nodes}) == 1 and third.secret() != old),
          "within 3 s every member's key file holds the new secret")
    check(all("previous " + old.hex() in open(node.path("mesh.key")).read()
              and os.stat(node.path("mesh.key")).st_mode & 0o777 == 0o600 for node in nodes),
          "and the old one beside it, mode 0600")
    refused = knock(victim, "home", old)
    check(not refused, "while both hold, the old secret opens links")
    check(not knock(victim, "home", victim.secret()), "and so does the new one")
    again = owner.ask("key", "rotate", "--state", victim.directory)
    check(again.returncode == 1 and "still opens links" in again.stderr,
          "a second rotation inside the first is refused", again.stderr)
    check(soon(10, lambda: all("previous" not in open(node.path("mesh.key")).read()
                               for node in nodes)), "then the old one is gone from every file")
    for node in nodes:
        refused, rise = rises(node, "connectionsOfOtherMesh", 1,
                              lambda: knock(node, "home", old))
        check(refused and rise == 1, f"{node.name}: a link with the old secret is refused, counted",
              (refused, rise))
    took = time.monotonic() - began
    check(all(node.log().count(" left: ") == start[node.name] + (2 if node is victim else 0)
              for node in nodes), "no link between nodes has ended",
          [node.log()[-600:] for node in nodes])
    lost, heard = gaps(member.heard)
    check(lost == 0 and heard > 100, f"of {heard} pulses the member counted none is lost", lost)
    for node in nodes:
        now = sum(peer["pulses"] for peer in node.status()["peers"]
                  if peer["name"] != "visitor")
        rate = (now - pulses[node.name]) / took
        check(rate > 0.9 * 2 * 20, f"{node.name} has counted {rate:.1f} pulses a second of 40", rate)
    third.stop()
    third.start()
    check(soon(15, lambda: third.n() >= 3), "a member that starts again joins with the new secret")
    check(all(node.counter("ownerStatementsForged") == 0 for node in nodes), "nothing was forged")
    member.stop()


def away_during_a_rotation(workshop, check):
    """A member that is away while the secret changes comes back within the overlap, not after."""
    owner = Owner(workshop)
    victim, friend, third = three(workshop, owner)
    third.stop()
    old = victim.secret()
    owner.ask("key", "rotate", "--state", friend.directory, "--overlap", "60s")
    check(soon(3, lambda: victim.secret() != old), "the others have a new secret")
    check(third.secret() == old, "the one away has not")
    third.start()
    check(soon(15, lambda: third.n() == 3 and third.secret() == victim.secret()),
          "back within the overlap it is a member and has the new secret", third.log()[-600:])


def revocation(workshop, check):
    """A node is thrown out: its links end everywhere, it learns nothing, nor does its next name."""
    owner = Owner(workshop)
    victim, friend, lost = three(workshop, owner)
    identity, old = lost.status()["nodeId"], lost.secret()
    member = Member(place(victim), "home", old, channel=CHANNEL)
    check(soon(5, lambda: len(member.heard) > 20), "a member counts the victim's pulses")
    done = owner.ask("node", "revoke", "third", "--state", friend.directory, "--overlap", "20s")
    check(done.returncode == 0 and identity in done.stdout, "taumesh node revoke", done.stderr)
    check(soon(2, lambda: "third" not in victim.peer_names() + friend.peer_names()),
          "its links end at once on every member", victim.peer_names())
    check(soon(5, lambda: victim.secret() == friend.secret() != old), "the others have a new secret")
    check(stays(5, lambda: not lost.peer_names() and lost.secret() == old),
          "it dials on and gets neither peer nor secret")
    check(soon(5, lambda: victim.counter("connectionsRevoked") > 0
               or friend.counter("connectionsRevoked") > 0), "it is counted and told in the log")
    check("has been revoked" in victim.log() + friend.log(), "by name")
    refused, rise = rises(victim, "connectionsRevoked", 1, lambda: knock(victim, "home", old))
    check(refused and rise >= 1, "under a new name and with the secret it knew: refused, counted",
          (refused, rise))
    check(not knock(victim, "home", victim.secret()),
          "control: under a new name with the new secret, as after an invitation, it is let in")
    lost_pulses, heard = gaps(member.heard)
    check(lost_pulses == 0, f"of {heard} pulses the member counted none is lost", lost_pulses)
    for node in (victim, friend):
        node.stop()
        node.start()
    check(soon(15, lambda: victim.peer_names("fresh") == ["friend"] == friend.peer_names("fresh")
               or "friend" in victim.peer_names("fresh")), "the two meet again after a restart")
    check(stays(3, lambda: "third" not in victim.peer_names() + friend.peer_names()),
          "and refuse it still", victim.peer_names())
    check(not any("third" == peer["name"] and peer["state"] != "offline"
                  for peer in victim.status()["peers"]), "it is no peer")
    member.stop()


def forged_words(workshop, check):
    """A member who says what only the owner may say; and who repeats what the owner once said."""
    owner = Owner(workshop)
    victim, friend, third = three(workshop, owner)
    secret = victim.secret()
    other = uuid.UUID(friend.status()["nodeId"]).bytes
    mallory = Identity()
    link = Link.connect(place(victim), Identity(), "home", secret).dial()
    link.greet("forger", "home")
    check(soon(3, lambda: "forger" in victim.peer_names()), "control: the forger is a member")
    next_secret = bytes([0]) + struct.pack(">I", 60) + os.urandom(32)
    for what, word in (
            ("revokes another", statement(REVOCATION, other)),
            ("changes the secret", statement(ROTATION, next_secret)),
            ("takes the mesh", statement(BINDING, mallory.public, identity=mallory))):
        _, rise = rises(victim, "ownerStatementsForged", 1, lambda: link.send_frame(news(word)))
        check(rise == 1, f"a member {what}: counted", rise)
    for nonsense in ({"type": "x-taumesh-owner"}, {"type": "x-taumesh-owner", "statements": 5}):
        _, rise = rises(victim, "framesBad", 1, lambda: link.send_frame(nonsense))
        check(rise == 1, f"{nonsense}: a bad frame", rise)
    link.send_frame(news("", "x", "AAAA", 5, None))
    check(stays(1, lambda: victim.secret() == secret and len(victim.peer_names()) == 3),
          "nothing has changed")
    link.close()

    # The owner's own words, recorded and played again.
    owner.ask("key", "rotate", "--state", victim.directory, "--overlap", "2s")
    soon(3, lambda: friend.secret() != secret)
    first = victim.secret()
    link = Link.connect(place(victim), Identity(), "home", first).dial()
    link.greet("listener", "home")
    recorded = link.read_frame()
    while recorded["type"] != "x-taumesh-owner":
        recorded = link.read_frame()
    check(len(recorded["statements"]) >= 2, "a member hears what the owner has said")
    soon(6, lambda: "previous" not in open(victim.path("mesh.key")).read())
    done = owner.ask("key", "rotate", "--state", victim.directory, "--overlap", "2s")
    check(done.returncode == 0 and soon(3, lambda: victim.secret() not in (first, secret)),
          "control: the owner's next word counts", done.stderr)
    second = victim.secret()
    link.send_frame(recorded)
    check(stays(1.5, lambda: victim.secret() == second), "an old word, played again, does not")
    link.close()


def old_keys(workshop, check):
    """A card that was thrown away is put into another board: its key has been replaced."""
    owner = Owner(workshop)
    victim, friend, third = three(workshop, owner)
    identity = third.status()["nodeId"]
    card = workshop.path("card.key")
    shutil.copy(third.path("identity.key"), card)
    third.stop()
    done = owner.ask("key", "renew", "--state", third.directory)
    check(done.returncode == 0, "taumesh key renew", done.stderr)
    third.start()
    check(soon(15, lambda: third.n() == 3 and third.status()["nodeId"] == identity),
          "with its new key the node is who it was", third.log()[-500:])
    check(soon(5, lambda: "third" in victim.peer_names("fresh")), "and its pulses count")
    third.stop()
    shutil.copy(card, third.path("identity.key"))
    before = victim.counter("connectionsRevoked")
    third.start()
    check(soon(8, lambda: victim.counter("connectionsRevoked") > before),
          "with the old key it is refused, counted", victim.counter("connectionsRevoked"))
    check(stays(3, lambda: "third" not in victim.peer_names() and not third.peer_names()),
          "and is no peer of anybody")


def plaintext_again(workshop, check):
    """A node once met on a secure link does not come back in plaintext, nor is it told anything."""
    victim = workshop.node("victim", mesh_keys=["allow-plaintext: true"]).start()
    friend = workshop.node("friend", join=victim, peers=[victim]).start()
    check(soon(15, lambda: victim.n() == 2), "two nodes, one of which lets plaintext in")
    import json
    import socket

    def greet(node, name):
        stream = socket.create_connection(place(victim), timeout=3)
        stream.sendall(frame({"type": "handshake", "nodeId": node, "name": name}))
        data = b""
        try:
            while len(data) < 4:
                chunk = stream.recv(65536)
                if not chunk:
                    break
                data += chunk
        except (TimeoutError, ConnectionError):
            pass
        return stream, data

    stream, data = greet(str(uuid.uuid4()), "plain")
    check(b"handshake" in data, "control: a plaintext node is answered")
    check(soon(3, lambda: any(peer["name"] == "plain" and not peer["secure"]
                              for peer in victim.status()["peers"])), "and shown as insecure")
    length = struct.unpack(">I", data[:4])[0]
    check("taumesh" not in json.loads(data[4:4 + length]), "it is not told what only members are")
    stream.sendall(frame(news(statement(BINDING, Identity().public))))
    check(stays(1, lambda: "nobody yet" in workshop.run("key", "--state", victim.directory).stdout),
          "what it says of an owner is not heard")
    check(victim.n() == 2, "and it has no part in the mesh state")
    stream.close()
    friend.stop()
    soon(3, lambda: victim.n() == 1)
    for restarted in (False, True):
        if restarted:
            victim.kill()
            victim.start()
        stream, data = greet(friend_id(friend), "friend")
        check(soon(3, lambda: "friend" not in victim.peer_names()) and
              "plaintext from a node known" in victim.log(),
              "the friend's nodeId in plaintext is refused" +
              (", also after a power cut" if restarted else ""), victim.log()[-300:])
        stream.close()


def friend_id(node):
    with open(node.path("identity.key")) as file:
        return file.read().split("\nnode ")[1].split("\n")[0]


PARTS = [rotation, away_during_a_rotation, revocation, forged_words, old_keys, plaintext_again]
