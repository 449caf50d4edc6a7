# SPDX-License-Identifier: Apache-2.0
"""Every byte a node sends, in the clear: records, datagrams and mDNS."""

import hashlib
import os
import socket
import struct
import threading
import time

from checks import soon
from link import Refused
from member import Member, channel_number, unseal
from nodes import Node

ADDRESS = "10.77.0.1"
OPEN_ID, OPEN_CHANNEL = "id-of-the-open-one", "channel-of-the-open-one"
PRIVATE_ID, PRIVATE_CHANNEL = "id-of-the-private-one", "channel-of-the-private-one"
MDNS_PORT = 5353
ETH_P_ALL = 3


class Capture(threading.Thread):
    """Every IPv4 or IPv6 packet on any interface of this network."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self.socket.settimeout(0.1)
        self.packets, self.running = [], True
        self.start()

    def run(self):
        while self.running:
            try:
                data, (_, _, kind, _, _) = self.socket.recvfrom(65536)
            except TimeoutError:
                continue
            # The loop-back device shows each packet twice, going out and coming in.
            if kind == socket.PACKET_OUTGOING:
                self.packets.append(data)

    def stop(self):
        self.running = False
        self.join(2)
        self.socket.close()

    def udp(self, port, is_source):
        """The contents of the UDP datagrams from or to a port."""
        contents = []
        for packet in self.packets:
            start = header_length(packet)
            if start is None or len(packet) < start + 8:
                continue
            source, destination = struct.unpack(">HH", packet[start:start + 4])
            if (source if is_source else destination) == port:
                contents.append(packet[start + 8:])
        return contents


def header_length(packet):
    """Bytes before the UDP header; None for what is no UDP."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and packet[9] == socket.IPPROTO_UDP:
        return 4 * (packet[0] & 15)
    if version == 6 and packet[6] == socket.IPPROTO_UDP:
        return 40
    return None


class Listener(Member):
    """A member that keeps all that is said to it."""

    def __init__(self, *arguments, **named):
        self.opened, self.sealed = [], 0
        super().__init__(*arguments, **named)
        self.link.stream.settimeout(None)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        try:
            while self.running:
                self.link.read_frame()
        except (Refused, OSError, ValueError):
            pass

    def take(self, data):
        opened = unseal(self.link.receiving, data)
        if opened is None:
            self.sealed += 1
        else:
            self.opened.append(opened[3])
        super().take(data)

    def channels(self):
        """The numbers of the channels whose pulses came."""
        return {body[16:20] for body in self.heard}


class SharingNode(Node):
    """A node that announces itself, with an open input and one whose sharing is tried."""

    share = "phase"

    def configuration(self):
        text = super().configuration().replace("discovery: false", "discovery: true")
        for pipe, name, channel, share in (
                ("open", OPEN_ID, OPEN_CHANNEL, "phase"),
                ("private", PRIVATE_ID, PRIVATE_CHANNEL, self.share)):
            text += "" if "inputs:" in text else "inputs:\n"
            text += (f"  - {{ id: {name}, type: lines, device: {self.path(pipe)}, every: 50ms,"
                     f" noise-floor: 0.01, channel: {channel}, share: {share} }}\n")
        return text


class Source(threading.Thread):
    """Writes a number twenty times a second into both FIFOs of a node."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.paths = [node.path("open"), node.path("private")]
        for path in self.paths:
            os.mkfifo(path)
        self.running = True

    def run(self):
        files = [open(path, "w", buffering=1) for path in self.paths]
        value = 0
        while self.running:
            value += 1
            for file in files:
                try:
                    file.write(f"{value}\n")
                except BrokenPipeError:
                    return
            time.sleep(0.05)

    def stop(self):
        self.running = False
        self.join(2)


def everything_of(workshop, share):
    """What a node with this sharing sent: named pieces of bytes, and the member who heard it."""
    capture = Capture()
    node = SharingNode(workshop, f"sharing-{share}", address=ADDRESS, ear=False)
    node.share = share
    source = Source(node)
    node.start()
    source.start()
    listener = Listener((ADDRESS, node.port), node.mesh, node.secret(), channel="visitors-own")
    try:
        def told():
            inputs = {entry["id"]: entry for entry in node.status().get("inputs", [])}
            return (len(listener.heard) >= 60 and all(
                inputs.get(name, {}).get("state", "").startswith("working")
                for name in (OPEN_ID, PRIVATE_ID)))
        is_told = soon(20, told)
        own = [entry["name"] for entry in node.status().get("channels", [])]
    finally:
        node.stop()
        source.stop()
        listener.stop()
        capture.stop()
    pieces = {
        "records": listener.link.received,
        "datagrams": b"".join(listener.opened),
        "mDNS": b"".join(capture.udp(MDNS_PORT, is_source=True)),
        "packets": b"".join(capture.packets),
    }
    sent = len(capture.udp(node.port, is_source=True))
    return is_told, pieces, listener, own, sent


def marks():
    """What may give the private channel away: names, and the number pulses carry."""
    number = channel_number(PRIVATE_CHANNEL)
    digest = hashlib.blake2b(PRIVATE_CHANNEL.encode(), digest_size=16).digest()
    return {"its channel": PRIVATE_CHANNEL.encode(), "its id": PRIVATE_ID.encode(),
            "its number": number, "its number backwards": number[::-1], "its digest": digest[:8]}


def found(pieces):
    return [f"{mark} in {name}" for name, data in pieces.items()
            for mark, value in marks().items()
            # Four bytes turn up in what is sealed by chance; there is no need to look for them.
            if not (name == "packets" and len(value) < 8) and value in data]


def check_common(check, share, outcome):
    is_told, pieces, listener, own, sent = outcome
    check(is_told, f"{share}: both inputs work and pulses come", len(listener.heard))
    check(PRIVATE_CHANNEL in own, f"{share}: the node itself has the channel", own)
    check(OPEN_CHANNEL.encode() in pieces["records"]
          and channel_number(OPEN_CHANNEL) in listener.channels(),
          f"{share}: the open channel is announced and pulsed", listener.channels())
    check(b"taumesh" in pieces["mDNS"], f"{share}: the announcements on the network are seen",
          len(pieces["mDNS"]))
    check(listener.sealed == 0 and len(listener.opened) >= sent - 2,
          f"{share}: every datagram of the node was opened",
          (listener.sealed, len(listener.opened), sent))


def shared_phase(workshop, check):
    """The control: what is shared is found, by name in a record and by number in datagrams"""
    for share in ("phase", "summary"):
        outcome = everything_of(workshop, share)
        check_common(check, share, outcome)
        hits = found(outcome[1])
        check("its channel in records" in hits and "its number in datagrams" in hits,
              f"{share}: the search finds the channel", hits)
        check(channel_number(PRIVATE_CHANNEL) in outcome[2].channels(),
              f"{share}: its pulses come", outcome[2].channels())


def shared_none(workshop, check):
    """An input that shares nothing is in no byte that leaves the node"""
    outcome = everything_of(workshop, "none")
    check_common(check, "none", outcome)
    hits = found(outcome[1])
    check(hits == [], "none: no byte names the channel or the input", hits)
    check(outcome[2].channels() == {channel_number(OPEN_CHANNEL)},
          "none: pulses of the open channel alone", outcome[2].channels())


PARTS = [shared_phase, shared_none]
