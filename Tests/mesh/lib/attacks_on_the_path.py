# SPDX-License-Identifier: Apache-2.0
"""Who stands between two nodes and has no secret: can it read, change, replay?"""

import struct

from checks import soon, stays
from member import Member, channel_number, unseal
from nodes import CHANNEL
from relay import Relay


def tapped(workshop):
    """Two nodes and the attacker between them; all that they say passes through it."""
    listener = workshop.node("listening-node").start()
    dialer = workshop.node("dialing-node", join=listener)
    relay = Relay(dialer, listener)
    dialer.peers = [relay.place]
    dialer.start()
    if not soon(15, lambda: listener.n() == 2 == dialer.n()):
        raise RuntimeError(f"they do not meet:\n{listener.log()}\n{dialer.log()}")
    return dialer, listener, relay


def unopened(node):
    counters = node.counters()
    return {name: counters[name] for name in (
        "datagramsMalformed", "datagramsUnknownSession", "datagramsUnauthentic",
        "datagramsReplayed", "datagramsImpossible")}


def rise(before, after):
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def eavesdropping(workshop, check):
    """Everything two nodes say, read on the path: no name, channel, identity or phasor."""
    dialer, listener, relay = tapped(workshop)
    soon(5, lambda: len(relay.datagrams["there"]) > 100)
    secrets = {
        "names": [b"listening-node", b"dialing-node", b"ear-ear"],
        "the mesh": [b"home"],
        "channels": [CHANNEL.encode(), channel_number(CHANNEL)],
        "identities": [node.status()["nodeId"].encode() for node in (dialer, listener)],
        "frames": [b"handshake", b"peer-info", b"nodeId", b"taumesh", b'"type"'],
        "fields of a pulse": [struct.pack("<I", 50_000_000), struct.pack("<f", 1.0)],
    }
    for direction in ("there", "back"):
        stream, datagrams = relay.streams[direction], relay.datagrams[direction]
        check(stream.startswith(b"TAU1") == (direction == "there") and len(stream) > 500
              and len(datagrams) > 50, f"{direction}: a link's bytes and pulses were seen",
              (len(stream), len(datagrams)))
        for what, words in secrets.items():
            # Channel and frequency would stand in every pulse: chance puts four bytes into few.
            seen = [word for word in words if len(word) > 4 and (
                word in stream or any(word in data for data in datagrams))]
            seen += [word for word in words if len(word) <= 4 and sum(
                word in data[13:] for data in datagrams) > 1]
            check(not seen, f"{direction}: {what} are not among them", seen)
        bodies = [data[13:] for data in datagrams if len(data) == 81]
        repeated = len(bodies) - len(set(bodies))
        check(len(bodies) > 20 and repeated == 0, f"{direction}: no two pulses look alike", repeated)
    member = Member((listener.address, listener.port), "home", listener.secret(), channel=CHANNEL)
    soon(5, lambda: len(member.heard) > 20)
    inside = member.link.received + b"".join(member.heard)
    found = [word for words in secrets.values() for word in words if word in inside]
    check(set(found) >= {b"listening-node", CHANNEL.encode(), channel_number(CHANNEL),
                         b"handshake", secrets["identities"][1], b"home"},
          "control: who has the secret reads these very words", found)
    check(soon(5, lambda: listener.n() == 3), "and counts in the mesh state")
    pulses = [data for data in relay.datagrams["there"] if len(data) == 81]
    check(not any(unseal(member.link.receiving, data) or unseal(member.link.sending, data)
                  for data in pulses[:200]), "but opens no pulse of two others")
    member.stop()
    relay.close()


def replaying(workshop, check):
    """Pulses replayed: at once, after the receiver starts again, after the sender does."""
    dialer, listener, relay = tapped(workshop)
    soon(5, lambda: len(relay.datagrams["there"]) > 150)

    def replay(what, to, direction, datagrams, counter, members):
        before, opened = unopened(to), to.counter("datagramsOpened")
        count = relay.replay(direction, datagrams)
        soon(3, lambda: sum(rise(before, unopened(to)).values()) >= count)
        change = rise(before, unopened(to))
        # A little more may come from datagrams that were on their way during a restart.
        right = count <= change.get(counter, 0) <= count + 5 and len(change) == 1
        check(right, f"{what}: all {count} counted in {counter}", change)
        check(stays(0.6, lambda: to.n() == members), f"{what}: the mesh state is what it was",
              to.n())
        return to.counter("datagramsOpened") - opened

    for direction, to in (("there", listener), ("back", dialer)):
        old = list(relay.datagrams[direction])
        replay(f"at once, {direction}", to, direction, old, "datagramsReplayed", 2)
    relay.change = lambda direction, data: None
    check(soon(4, lambda: listener.n() == 1), "with all pulses held back the sender is stale")
    old = list(relay.datagrams["there"])
    passed = [data for data in old if data not in set(old[-200:])]
    taken = replay("while it is silent", listener, "there", passed, "datagramsReplayed", 1)
    check(taken <= 2, "no old pulse is opened", taken)
    relay.change = lambda direction, data: data
    check(soon(5, lambda: listener.n() == 2 == dialer.n()), "the pulses flow again")

    relay.change = lambda direction, data: None
    listener.kill()
    listener.start()
    check(soon(15, lambda: listener.peer_names() == ["dialing-node"]), "the receiver starts again")
    replay("after the receiver's restart", listener, "there", old, "datagramsUnknownSession", 1)
    relay.change = lambda direction, data: data
    check(soon(10, lambda: listener.n() == 2 == dialer.n()), "the pulses flow again")

    old = list(relay.datagrams["there"])[-300:]
    relay.change = lambda direction, data: None
    dialer.kill()
    check(soon(3, lambda: listener.n() == 1 and not listener.peer_names()), "the sender is gone")
    replay("with the sender gone", listener, "there", old, "datagramsUnknownSession", 1)
    dialer.start()
    check(soon(15, lambda: listener.peer_names() == ["dialing-node"]), "the sender starts again")
    replay("after the sender's restart", listener, "there", old, "datagramsUnknownSession", 1)
    relay.change = lambda direction, data: data
    check(soon(10, lambda: listener.n() == 2 == dialer.n()),
          "control: pulses of today through the same relay are accepted")
    # What was never delivered is fresh to the window: it must not outlive its time either.
    held = []
    relay.change = lambda direction, data: held.append(data) if direction == "there" else data
    check(soon(4, lambda: listener.n() == 1) and stays(2, lambda: listener.n() == 1),
          "held back for a while, the sender is stale")
    before = listener.counter("pulsesLate")
    count = relay.replay("there", [data for data in held if len(data) == 81][:10])
    soon(3, lambda: listener.counter("pulsesLate") >= before + count)
    check(listener.counter("pulsesLate") - before >= count - 1 and listener.n() == 1,
          "delivered late they are counted as late, and nobody is fresh by them",
          (listener.counter("pulsesLate") - before, count, listener.n()))
    relay.change = lambda direction, data: data
    check(soon(5, lambda: listener.n() == 2), "the pulses flow again")
    relay.close()


def tampering(workshop, check):
    """Datagrams and streams with one bit changed."""
    dialer, listener, relay = tapped(workshop)

    def flip(place):
        def change(direction, data):
            spot = place % len(data)
            return data[:spot] + bytes([data[spot] ^ 1]) + data[spot + 1:]
        return change

    for what, place, counter in (
            ("the kind", 0, "datagramsMalformed"), ("the session", 3, "datagramsUnknownSession"),
            ("the counter", 12, "datagramsUnauthentic"), ("the body", 20, "datagramsUnauthentic"),
            ("the tag", -1, "datagramsUnauthentic")):
        before = unopened(listener)
        relay.change = flip(place)
        counted = soon(4, lambda: rise(before, unopened(listener)).get(counter, 0) > 20)
        stale = soon(4, lambda: listener.n() == 1)
        change = rise(before, unopened(listener))
        # Flipped, the kind of a ping is that of an ack or a pulse, of another length.
        check(counted and stale and set(change) <= {counter, "datagramsMalformed"},
              f"a bit of {what} changed: none is accepted, all counted", change)
        relay.change = lambda direction, data: data
        check(soon(5, lambda: listener.n() == 2 == dialer.n()), "unchanged they are accepted")
    before = listener.counter("connectionsUnauthentic") + dialer.counter("connectionsUnauthentic")
    lefts = listener.log().count(" left: ")
    relay.spoil = 1
    soon(8, lambda: relay.spoil == 0)
    counted = soon(3, lambda: listener.counter("connectionsUnauthentic") + dialer.counter(
        "connectionsUnauthentic") == before + 1)
    told = [line for line in (listener.log() + dialer.log()).splitlines()
            if " warning mesh: " in line and "record failed authentication" in line]
    check(counted and len(told) == 1,
          "a bit of the link's stream changed: the link ends, told and counted", (counted, told))
    check(soon(15, lambda: listener.n() == 2 == dialer.n()), "and is made anew")
    check(listener.log().count(" left: ") <= lefts + 1, "once")
    for message in (2, 3):
        relay.skip, relay.spoil = message - 1, 1
        relay.hang_up(next(iter(relay.pairs)))
        spoiled = soon(10, lambda: relay.spoil == 0)
        check(spoiled and soon(20, lambda: listener.n() == 2 == dialer.n()),
              f"a bit of handshake message {message} changed: no link, and one once it is not")
    check(listener.peer_names() == ["dialing-node"], "and nobody else")
    relay.close()


PARTS = [eavesdropping, replaying, tampering]
