# SPDX-License-Identifier: Apache-2.0
"""Who has the secret but is somebody else; and who has another mesh's."""

import os
import socket
import struct
import time

from attacks_by_strangers import pair, place, rises, unhurt
from checks import soon, stays
from link import Identity, Link, Refused
from member import PULSE, Member, pulse_body, seal
from nodes import CHANNEL
from relay import Relay


def public_key(node):
    """The key that a node of this mesh shows to everyone it talks to."""
    link = Link.connect(place(node), Identity(), "home", node.secret()).dial()
    link.close()
    return link.peer_public


def borrowed_names(workshop, check):
    """A member who claims to be another, inside the link and inside the greeting."""
    victim, friend = pair(workshop)
    secret = victim.secret()
    other, other_key = friend.status()["nodeId"], public_key(friend)

    def attempt(greeting=None, public=None):
        link = Link.connect(place(victim), Identity(), "home", secret, public=public)
        try:
            link.dial()
            link.greet(**{"name": "impostor", "mesh": "home", **(greeting or {})})
        except Refused:
            pass
        closed = link.is_closed()
        link.close()
        return closed

    for what, counter, named in (
            ("another's key in the link", "connectionsUnauthentic", {"public": other_key}),
            ("a key that is no point", "connectionsUnauthentic", {"public": b"\xff" * 32}),
            ("a key of low order", "connectionsUnauthentic", {"public": bytes(32)}),
            ("another's nodeId in the greeting", "handshakesBad", {"greeting": {"node": other}}),
            ("another's key and nodeId", "connectionsUnauthentic",
             {"public": other_key, "greeting": {"node": other}}),
            ("a nodeId that is none", "handshakesBad", {"greeting": {"node": "me"}}),
            ("another boot than the link's", "handshakesBad", {"greeting": {"boot": 2}}),
            ("no word of Taumesh", "handshakesBad", {"greeting": {"taumesh": None}}),
            ("a pulse interval of zero", "handshakesBad", {"greeting": {"taumesh": {
                "profile": "zero", "tick": 10, "pulseInterval": 0, "version": "1", "boot": 1}}}),
            ("a name with a line feed", "handshakesBad", {"greeting": {"name": "a\nb"}})):
        closed, rise = rises(victim, counter, 1, lambda: attempt(**named))
        check(closed and rise == 1, f"{what}: refused and counted", (closed, counter, rise))
    check(victim.peer_names() == ["friend"], "none is a peer", victim.peer_names())
    unhurt(check, victim, friend)

    own = Identity()
    link = Link.connect(place(victim), own, "home", secret).dial()
    link.greet("honest", "home")
    check(soon(3, lambda: victim.peer_names() == ["friend", "honest"]),
          "control: the same client under its own name is a peer")
    link.send_frame({"type": "handshake", "nodeId": other, "name": "friend"})
    check(link.is_closed() and soon(3, lambda: victim.peer_names() == ["friend"]),
          "who takes another name later is closed")
    link.close()
    unhurt(check, victim, friend)

    # As listener: a node that dials the attacker is not fooled either.
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(15)
    errand = workshop.node("errand", join=victim, ear=False,
                           peers=[f"127.0.0.1:{door.getsockname()[1]}"])
    errand.start()
    for what, public, counter, name in (
            ("another's key", other_key, "connectionsUnauthentic", None),
            ("another's nodeId", None, "handshakesBad", other)):
        before = errand.counter(counter)
        stream, _ = door.accept()
        link = Link(stream, own, "home", secret, public=public)
        try:
            link.answer()
            link.greet("impostor", "home", node=name)
        except Refused:
            pass
        check(link.is_closed() and soon(3, lambda: errand.counter(counter) == before + 1),
              f"answering a dialer with {what}: it closes, and counts it",
              (counter, errand.counter(counter)))
        link.close()
    stream, _ = door.accept()
    link = Link(stream, own, "home", secret).answer()
    link.greet("answering", "home")
    check(soon(3, lambda: errand.peer_names() == ["answering"]),
          "control: answered under its own name it takes the peer")
    link.close()
    door.close()


def forged_pulses(workshop, check):
    """A member who sees another's pulses and forges them with all that it has."""
    victim = workshop.node("victim").start()
    friend = workshop.node("friend", join=victim)
    relay = Relay(friend, victim)
    friend.peers = [relay.place]
    friend.start()
    check(soon(15, lambda: victim.n() == 2), "two nodes, and a member on the path between them")
    member = Member(place(victim), "home", victim.secret(), channel=CHANNEL)
    check(soon(5, lambda: victim.n() == 3), "control: the member's own pulses count")
    check(soon(3, lambda: victim.pulses_of("visitor") > 20), "and are counted as its own")
    seen = relay.datagrams["there"][-1]
    session, counter = struct.unpack("<IQ", seen[1:13])
    link = member.link
    boot = 0x1234

    def forge(count, key):
        for index in range(count):
            body = pulse_body(CHANNEL, boot, index)
            member.send(seal(key, PULSE, session, counter + 100_000 + index, body))

    before = victim.counter("datagramsReplayed")
    pulses = victim.pulses_of("friend")
    for what, key in (("its own key", link.sending), ("the key of the other direction",
                                                      link.receiving),
                      ("a key of zeros", bytes(32)), ("the secret of the mesh", victim.secret())):
        _, rise = rises(victim, "datagramsUnauthentic", 50, lambda: forge(50, key))
        check(rise == 50, f"sealed with {what} for the other's session: all counted", rise)
    check(soon(3, lambda: victim.pulses_of("friend") > pulses + 20)
          and victim.counter("datagramsReplayed") == before,
          "the other's own pulses still come in: no window was moved by a forged one")
    check(victim.n() == 3, "and all three count")

    def own(count, **changes):
        for _ in range(count):
            member.send(member.pulse(**changes))

    _, rise = rises(victim, "pulsesOfForeignBoot", 20, lambda: own(20, boot=boot))
    check(rise == 20, "its own pulses of another boot: counted", rise)
    far = 3_600_000_000_000
    _, rise = rises(victim, "pulsesFromFuture", 20,
                    lambda: own(20, now=time.monotonic_ns() + far))
    check(rise == 20, "from an hour ahead: counted", rise)
    _, rise = rises(victim, "pulsesLate", 20, lambda: own(20, now=1))
    check(rise == 20, "from long ago: counted", rise)
    _, rise = rises(victim, "pulsesOfUnknownChannels", 20, lambda: own(20, channel="unheard"))
    check(rise == 20, "of a channel it never named: counted", rise)
    nan = struct.pack("<QII", time.monotonic_ns(), member.boot, 1) + bytes(4) + struct.pack(
        "<ffIfHBBfQ", float("nan"), 1e30, 50_000_000, 6.28, 10, 255, 0, 1.0, 0)
    _, rise = rises(victim, "datagramsImpossible", 20, lambda: [
        member.send(member.datagram(PULSE, nan)) for _ in range(20)])
    check(rise == 20, "with a phasor that is no number: counted", rise)
    state = victim.status()["channels"][0]
    check(state["n"] == 3 and 0 <= state["meanCoherence"] <= 1 and 0 <= state["orderParameter"]
          <= 1, "the mesh state has its three members and sane numbers", state)
    member.pulsing = False
    check(soon(3, lambda: victim.n() == 2), "silent, the member no longer counts")
    check(stays(0.5, lambda: "friend" in victim.peer_names("fresh")), "the other one does")
    member.stop()
    relay.close()


def other_meshes(workshop, check):
    """Nodes of other meshes that dial us, and strangers with half of what it takes."""
    victim, friend = pair(workshop)
    secret = victim.secret()
    foreign = workshop.node("foreign", mesh="cottage", peers=[victim]).start()
    namesake = workshop.node("namesake", mesh="home", peers=[victim]).start()
    check(namesake.secret() != secret, "a second mesh of the same id has another secret")
    borrowed = workshop.node("borrowed", mesh="cottage", peers=[victim])
    with open(borrowed.path("mesh.key"), "w") as file:
        file.write(secret.hex())
    before = victim.counter("connectionsOfOtherMesh")
    borrowed.start()
    strangers = (foreign, namesake, borrowed)
    check(soon(5, lambda: victim.counter("connectionsOfOtherMesh") >= 3),
          "three nodes dial: another id, another secret, the secret under another id",
          victim.counter("connectionsOfOtherMesh") - before)
    check(soon(5, lambda: all(each.counter("connectionsOfOtherMesh") >= 1 for each in strangers)),
          "each of them counts it too")
    check(all(f"{victim.place}: peer closed during the handshake: another mesh id" in each.log()
              for each in strangers), "and says whom it dialed, and why that failed",
          foreign.log())
    check(not any(each.peer_names() for each in strangers), "none of them has a peer")
    check(victim.peer_names() == ["friend"], "the victim has its own alone")
    for each in strangers:
        check(each.n() == 1, f"{each.name} is alone in its mesh state")
    unhurt(check, victim, friend)

    for what, mesh, key in (("another secret", "home", os.urandom(32)),
                            ("the secret with one bit changed", "home",
                             bytes([secret[0] ^ 1]) + secret[1:]),
                            ("another mesh id", "cottage", secret),
                            ("an empty secret", "home", b"")):
        def knock():
            link = Link.connect(place(victim), Identity(), mesh, key)
            try:
                link.dial()
                return False
            except Refused:
                return True

        refused, rise = rises(victim, "connectionsOfOtherMesh", 1, knock)
        check(refused and rise >= 1, f"a link with {what}: refused, counted", (refused, rise))
    link = Link.connect(place(victim), Identity(), "home", secret).dial()
    link.greet("guest", "home")
    check(soon(3, lambda: "guest" in victim.peer_names()),
          "control: the same link with id and secret of the mesh is a peer")
    link.close()

    # And we dial them: a peer in our configuration turns out to be of another mesh.
    lost = workshop.node("lost", join=victim, ear=False, peers=[foreign, victim]).start()
    check(soon(8, lambda: lost.counter("connectionsOfOtherMesh") >= 1),
          "dialing a node of another mesh is counted")
    check(soon(8, lambda: "victim" in lost.peer_names()) and "foreign" not in lost.peer_names(),
          "and does not keep the dialer from its own", lost.peer_names())


PARTS = [borrowed_names, forged_pulses, other_meshes]
