# SPDX-License-Identifier: Apache-2.0
"""A whole member in Python: link, greeting, clock answers and pulses."""

import hashlib
import math
import socket
import struct
import threading
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from link import Identity, Link, Refused

PULSE, PING, ACK = 1, 2, 3


def seal(key, kind, session, counter, body):
    header = struct.pack("<BIQ", 0x10 | kind, session, counter)
    return header + ChaCha20Poly1305(key).encrypt(
        bytes(4) + struct.pack("<Q", counter), body, header)


def unseal(key, datagram):
    """Kind, session, counter and body; None when it was not sealed with this key."""
    kind, session, counter = struct.unpack("<BIQ", datagram[:13])
    try:
        body = ChaCha20Poly1305(key).decrypt(
            bytes(4) + struct.pack("<Q", counter), datagram[13:], datagram[:13])
    except InvalidTag:
        return None
    return kind & 15, session, counter, body


def channel_number(name):
    return hashlib.blake2b(name.encode(), digest_size=16).digest()[:4]


def pulse_body(channel, boot, sequence, now=None):
    now = time.monotonic_ns() if now is None else now
    angle = 2 * math.pi * 50 * now * 1e-9
    return (struct.pack("<QII", now, boot, sequence) + channel_number(channel) + struct.pack(
        "<ffIfHBBfQ", math.cos(angle), math.sin(angle), 50_000_000, 6.28, 10, 255, 0, 1.0, 0))


class Member(threading.Thread):
    """Joins a node and sends pulses of one channel until it is stopped."""

    def __init__(self, place, mesh, secret, name="visitor", channel="hum", identity=None,
                 boot=0x0BADCAFE):
        super().__init__(daemon=True)
        self.place, self.mesh, self.secret, self.boot = place, mesh, secret, boot
        self.identity, self.channel = identity or Identity(), channel
        self.udp = socket.socket(type=socket.SOCK_DGRAM)
        self.udp.bind((place[0], 0))
        self.udp.settimeout(0.02)
        self.link = Link.connect(
            place, self.identity, mesh, secret, udp_port=self.udp.getsockname()[1],
            session=0x5E550001, boot=boot)
        self.link.dial()
        self.link.greet(name, mesh, boot=boot, inputs=[channel])
        self.greeting = self.link.read_frame()
        self.counter, self.sequence = 0, 0
        self.running, self.pulsing = True, True
        self.heard = []  # Bodies of the node's pulses.
        self.lock = threading.Lock()
        self.start()

    def datagram(self, kind, body):
        with self.lock:
            self.counter += 1
            return seal(self.link.sending, kind, self.link.peer_session, self.counter, body)

    def send(self, datagram):
        self.udp.sendto(datagram, (self.place[0], self.link.peer_udp))

    def pulse(self, **changes):
        self.sequence += 1
        values = {"channel": self.channel, "boot": self.boot, "sequence": self.sequence}
        values.update(changes)
        return self.datagram(PULSE, pulse_body(**values))

    def run(self):
        due = 0
        while self.running:
            try:
                self.take(self.udp.recv(2048))
            except (TimeoutError, OSError):
                pass
            if self.pulsing and time.monotonic() > due:
                due = time.monotonic() + 0.05
                try:
                    self.send(self.pulse())
                except OSError:
                    return

    def take(self, data):
        now = time.monotonic_ns()
        opened = unseal(self.link.receiving, data)
        if opened is None:
            return
        kind, _, _, body = opened
        if kind == PULSE:
            self.heard.append(body)
        elif kind == PING:
            sent = struct.unpack("<Q", body)[0]
            self.send(self.datagram(ACK, struct.pack("<QQQ", sent, now, time.monotonic_ns())))

    def stop(self):
        self.running = False
        self.join(2)
        self.link.close()
        self.udp.close()


__all__ = ["ACK", "Identity", "Link", "Member", "PING", "PULSE", "Refused", "channel_number",
           "pulse_body", "seal", "unseal"]
