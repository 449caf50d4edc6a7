# SPDX-License-Identifier: Apache-2.0
"""The host's end of the command channel: a line to the guest's second serial port runs a command
there, a line comes back with its exit status and all that it said (guest/init is the other end)."""

import base64
import select
import socket
import threading
import time


class Done:
    """What became of a command."""

    def __init__(self, status, output):
        self.status, self.output = status, output

    @property
    def ok(self):
        return self.status == 0


class Agent:
    """Commands run one at a time, in the order they are given, from any thread."""

    ATTEMPTS = 4
    GRACE = 15  # s beyond a command's own limit: the guest ends it, the host only notices if not

    def __init__(self, machine, boot_limit):
        self._machine, self._lock = machine, threading.Lock()
        self._buffer, self._number = b"", 0
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(machine.wait_for_socket("agent"))
        self._line(boot_limit, "boot", b"agent ready")

    def run(self, command, limit):
        with self._lock:
            self._begin(command, limit)
            line = self._line(limit + self.GRACE, f"answer to `{command[:60]}`",
                              f"= {self._number} ".encode())
            status, length = map(int, line.split()[2:4])
            output = base64.b64decode(line.split()[4] if length else b"")
            if len(output) != length:
                raise self._machine.failure(f"answer of {len(output)} bytes, not {length}")
            return Done(status, output.decode(errors="replace"))

    def leave(self, command):
        with self._lock:
            self._begin(command, 600)

    def close(self):
        self._socket.close()

    def _begin(self, command, limit):
        """Sends a command until the guest says that it has it."""
        self._number += 1
        encoded = base64.b64encode(command.encode()).decode()
        words = f"\n{self._number} {limit} {len(encoded)} {encoded}\n".encode()
        for attempt in range(self.ATTEMPTS):
            self._send(words)
            last = attempt + 1 == self.ATTEMPTS
            if self._line(self.GRACE, f"sign of `{command[:60]}`", f"+ {self._number}".encode(),
                          must=last):
                return

    def _send(self, data):
        try:
            self._socket.sendall(data)
        except OSError:
            self._ended()

    def _ended(self):
        self._machine.wait_for_end(2)
        self._machine.check()
        raise self._machine.failure("its serial line has closed")

    def _line(self, seconds, what, mark, must=True):
        """The next line with that mark, from the mark on; others (a late answer) are dropped, and
        so is what the port's driver sends while it looks what kind of port it has."""
        end = time.monotonic() + seconds
        while True:
            while b"\n" in self._buffer:
                line, self._buffer = self._buffer.split(b"\n", 1)
                if mark in line:
                    return line[line.index(mark):].strip()
            if time.monotonic() > end:
                if not must:
                    return None
                raise self._machine.failure(f"no {what} within {seconds} s")
            if not select.select([self._socket], [], [], 0.25)[0]:
                self._machine.check()
                continue
            data = self._socket.recv(65536)
            if not data:
                self._ended()
            self._buffer += data
