# SPDX-License-Identifier: Apache-2.0
"""Who has no secret: garbage, silence, floods, plaintext."""

import random
import socket
import threading
import time

from checks import soon, stays
from link import Identity, Link, frame
from member import Member
from nodes import CHANNEL

MIB = 1 << 20


def pair(workshop):
    """Two nodes that count each other; the first is the victim, of the smallest profile."""
    victim = workshop.node("victim").start()
    friend = workshop.node("friend", join=victim, peers=[victim]).start()
    if not soon(15, lambda: victim.n() == 2 == friend.n()):
        raise RuntimeError(f"the two do not meet:\n{victim.log()}\n{friend.log()}")
    return victim, friend


def place(node):
    return node.address, node.port


def speak(node, data, wait=3):
    """Connects, sends, and tells whether the node closes."""
    with socket.create_connection(place(node), timeout=wait) as stream:
        try:
            stream.sendall(data)
            while stream.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False


def rises(node, counter, by, action):
    """Whether an action makes a counter rise, by exactly so much, and no sooner."""
    before = node.counter(counter)
    result = action()
    soon(3, lambda: node.counter(counter) >= before + by)
    return result, node.counter(counter) - before


def unhurt(check, victim, friend):
    check(victim.n() == 2 == friend.n() and victim.peer_names("fresh") == ["friend"],
          "the mesh state is what it was", (victim.n(), friend.n(), victim.peer_names()))


def garbage(workshop, check):
    """Garbage on the TCP port: closed, counted, told in few lines; and on the UDP port."""
    victim, friend = pair(workshop)
    noise = random.Random(7)
    for what, data, counter in (
            ("an HTTP request", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "connectionsOfGarbage"),
            ("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", "connectionsOfGarbage"),
            ("an SSH banner", b"SSH-2.0-OpenSSH_9.2\r\n", "connectionsOfGarbage"),
            ("1 MiB of noise", b"\xa5" + noise.randbytes(MIB), "connectionsOfGarbage"),
            ("almost the magic", b"TAU2", "connectionsOfGarbage"),
            ("a message of 65,535 bytes", b"TAU1\xff\xff", "connectionsOfGarbage"),
            ("a message of no bytes", b"TAU1\x00\x00", "connectionsOfGarbage"),
            ("a first message of noise", b"TAU1\x00\x30" + noise.randbytes(48),
             "connectionsOfOtherMesh"),
            ("a first message of a low-order point", b"TAU1\x00\x30" + bytes(48),
             "connectionsOfOtherMesh")):
        closed, rise = rises(victim, counter, 1, lambda: speak(victim, data))
        check(closed and rise == 1, f"{what}: closed and counted", (closed, counter, rise))
    for _ in range(200):
        speak(victim, bytes([noise.choice(b"\x01\x02TGZ\xff")]) + noise.randbytes(40))
    for _ in range(50):
        socket.create_connection(place(victim), timeout=3).close()
    unhurt(check, victim, friend)
    lines = victim.log().count(" warning mesh: ")
    check(0 < lines < 60, "the log of all this is bounded", lines)

    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        def sprinkle(count, make):
            for index in range(count):
                udp.sendto(make(), place(victim))
                if index % 20 == 19:  # The kernel drops what is not read in time.
                    time.sleep(0.01)
        _, rise = rises(victim, "datagramsMalformed", 300, lambda: sprinkle(
            300, lambda: noise.randbytes(noise.choice([0, 1, 12, 13, 36, 80, 82, 500, 2000]))))
        check(rise == 300, "300 datagrams of noise are malformed", rise)
        _, rise = rises(victim, "datagramsUnknownSession", 300, lambda: sprinkle(
            300, lambda: b"\x11" + noise.randbytes(80)))
        check(rise == 300, "300 of a pulse's form are of no session", rise)
        start, sent = time.monotonic(), 0
        least = 2
        while time.monotonic() - start < 2:
            for _ in range(500):
                udp.sendto(b"\x11" + noise.randbytes(80), place(victim))
            sent += 500
            least = min(least, victim.n())
    check(sent > 5000 and least == 2, "thousands of them a second do not drown the pulses",
          (sent, least))
    unhurt(check, victim, friend)
    member = Member(place(victim), "home", victim.secret(), channel=CHANNEL)
    check(soon(5, lambda: victim.n() == 3), "control: this program's own member is accepted")
    member.stop()
    check(soon(3, lambda: victim.n() == 2), "and gone when it goes")


def slowness(workshop, check):
    """Slow and silent connections: freed after 10 s; the mesh goes on meanwhile."""
    victim, friend = pair(workshop)
    secret = victim.secret()
    before = victim.counter("connectionsTimedOut")
    slow = [socket.create_connection(place(victim)) for _ in range(8)]
    silent = [socket.create_connection(place(victim)) for _ in range(4)]
    half = []  # Members by their secret, who stop in the middle.
    for _ in range(4):
        link = Link.connect(place(victim), Identity(), "home", secret)
        link.begin()
        link.message()
        half.append(link)
    whole = [Link.connect(place(victim), Identity(), "home", secret).dial() for _ in range(4)]
    start, drip = time.monotonic(), b"TAU1\x00\x30" + bytes(48)
    ended = {}
    for sent in range(13):
        for stream in [each for each in slow if each not in ended]:
            try:
                stream.sendall(drip[sent:sent + 1])
                stream.settimeout(0.01)
                if stream.recv(1) == b"":
                    ended[stream] = time.monotonic() - start
            except TimeoutError:
                pass
            except ConnectionError:
                ended[stream] = time.monotonic() - start
        if sent == 5:
            unhurt(check, victim, friend)
        if len(ended) == len(slow):
            break
        time.sleep(max(0, start + sent + 1 - time.monotonic()))
    took = sorted(ended.values())
    check(len(took) == 8 and took[0] > 8.5 and took[-1] < 12.5,
          "one byte a second: closed after 10 s, not sooner", took)
    check(all(link.is_closed() for link in half + whole), "members who stop half way as well")
    rise = victim.counter("connectionsTimedOut") - before
    check(rise == 20, "20 connections are counted as timed out", rise)
    for each in slow + silent:
        each.close()
    unhurt(check, victim, friend)


def flood(workshop, check):
    """200 connections at once, then without end: members stay, and new ones still come in."""
    victim, friend = pair(workshop)
    resting, before = victim.anonymous(), victim.counter("connectionsTooMany")
    held = [socket.create_connection(place(victim), timeout=3) for _ in range(200)]
    for stream in held[::2]:
        try:
            stream.sendall(b"TAU1\x00")
        except ConnectionError:
            pass
    check(soon(3, lambda: victim.counter("connectionsTooMany") - before > 150),
          "200 connections: those beyond the profile's are closed and counted",
          victim.counter("connectionsTooMany") - before)
    unhurt(check, victim, friend)
    third = workshop.node("third", join=victim, peers=[victim]).start()
    check(soon(8, lambda: victim.n() == 3), "a member joins while they are held")
    print(f"        anonymous memory {resting} KiB, then {victim.anonymous()} KiB")
    for stream in held:
        stream.close()
    running, made = True, [0]

    def hammer():
        while running:
            stream = socket.socket()
            stream.setblocking(False)
            stream.connect_ex(place(victim))
            held.append(stream)
            made[0] += 1
            if len(held) > 300:
                held.pop(0).close()
            time.sleep(0.0005)

    thread = threading.Thread(target=hammer, daemon=True)
    thread.start()
    steady = stays(3, lambda: victim.n() == 3 and "friend" in victim.peer_names("fresh"), 0.25)
    running = False
    thread.join(3)
    check(steady and made[0] > 1000, f"thousands of connections in 3 s: its members stay",
          (made, victim.n()))
    for stream in held:
        stream.close()
    check(third.stop()[0] == 0 and soon(3, lambda: victim.n() == 2), "and one can leave")
    unhurt(check, victim, friend)


def plaintext(workshop, check):
    """MMP without a link: refused, whoever it claims to be."""
    victim, friend = pair(workshop)
    known = friend.status()["nodeId"]
    for what, claimed in (("a SYM node", Identity().node_id), ("a known member", known)):
        greeting = {"type": "handshake", "nodeId": claimed, "name": "sym", "version": "0.2.3",
                    "extensions": [], "room": "home", "group": "home"}
        closed, rise = rises(victim, "connectionsPlaintext", 1,
                             lambda: speak(victim, frame(greeting)))
        check(closed and rise == 1, f"{what} in plaintext: refused and counted", (closed, rise))
    check(victim.peer_names() == ["friend"], "neither is a peer")
    unhurt(check, victim, friend)
    link = Link.connect(place(victim), Identity(), "home", victim.secret()).dial()
    link.greet("sym", "home")
    answer = link.read_frame()
    check(answer["type"] == "handshake" and soon(3, lambda: "sym" in victim.peer_names()),
          "control: the same greeting on a member's link is accepted", answer)
    link.close()


PARTS = [garbage, slowness, flood, plaintext]
