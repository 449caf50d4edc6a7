# SPDX-License-Identifier: Apache-2.0
"""An attacker on the path: sees, keeps and changes everything between two nodes."""

import selectors
import socket
import threading
import time


class Relay(threading.Thread):
    """Stands at its own address between a dialer and a listener.

    The dialer is told that the listener is at `place`. Datagrams go where the stream comes from,
    so both nodes send theirs here as well. `change(direction, datagram)` gives what is passed on,
    or None; of `spoil` stream reads, after `skip` others, one bit is flipped.
    """

    def __init__(self, dialer, listener, address="127.0.0.3"):
        super().__init__(daemon=True)
        self.address, self.dialer, self.listener = address, dialer, listener
        self.place = f"{address}:{listener.port}"
        self.change = lambda direction, datagram: datagram
        self.spoil = self.skip = 0
        self.streams = {"there": b"", "back": b""}
        self.datagrams = {"there": [], "back": []}
        self.pairs = {}
        self.selector = selectors.DefaultSelector()
        self.door = socket.create_server((address, listener.port))
        self.selector.register(self.door, selectors.EVENT_READ, self.accept)
        self.udp = {}
        for direction, own, target in (("there", listener, listener), ("back", dialer, dialer)):
            sock = socket.socket(type=socket.SOCK_DGRAM)
            sock.bind((address, own.port))
            self.udp[direction] = sock
            self.selector.register(
                sock, selectors.EVENT_READ,
                lambda s, d=direction, t=(target.address, target.port): self.pass_on(s, d, t))
        self.running = True
        self.start()

    def run(self):
        while self.running:
            for key, _ in self.selector.select(0.1):
                key.data(key.fileobj)

    def accept(self, door):
        inner, _ = door.accept()
        try:
            outer = socket.create_connection(
                (self.listener.address, self.listener.port), timeout=2,
                source_address=(self.address, 0))
        except OSError:
            inner.close()
            return
        for one, other, direction in ((inner, outer, "there"), (outer, inner, "back")):
            self.pairs[one] = other
            self.selector.register(
                one, selectors.EVENT_READ, lambda s, d=direction: self.forward(s, d))

    def forward(self, stream, direction):
        if stream not in self.pairs:
            return
        try:
            data = stream.recv(65536)
        except OSError:
            data = b""
        if not data:
            return self.hang_up(stream)
        self.streams[direction] += data
        if self.spoil and self.skip:
            self.skip -= 1
        elif self.spoil:
            self.spoil -= 1
            data = data[:-1] + bytes([data[-1] ^ 1])
        try:
            self.pairs[stream].sendall(data)
        except OSError:
            self.hang_up(stream)

    def hang_up(self, stream):
        for each in (stream, self.pairs.get(stream)):
            if each is not None and self.pairs.pop(each, None) is not None:
                self.selector.unregister(each)
                each.close()

    def pass_on(self, sock, direction, target):
        data = sock.recv(2048)
        self.datagrams[direction].append(data)
        data = self.change(direction, data)
        if data is not None:
            sock.sendto(data, target)

    def replay(self, direction, datagrams):
        """Sends datagrams to where they once went, slowly enough to be read."""
        target = self.listener if direction == "there" else self.dialer
        for index, data in enumerate(datagrams):
            self.udp[direction].sendto(data, (target.address, target.port))
            if index % 32 == 31:
                time.sleep(0.005)
        return len(datagrams)

    def close(self):
        self.running = False
        self.join(2)
        for each in (self.door, *self.udp.values(), *self.pairs):
            each.close()
