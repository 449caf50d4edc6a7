# SPDX-License-Identifier: Apache-2.0
"""QEMU from outside the guest: its monitor (QMP) and its test socket (qtest)."""

import json
import re
import socket
import threading

from failure import GuestFailure


class LineSocket:
    """A Unix socket that is read by lines."""

    def __init__(self, path, timeout=60):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._socket.connect(path)
        self._buffer = b""

    def send(self, text):
        self._socket.sendall(text.encode() + b"\n")

    def line(self):
        while b"\n" not in self._buffer:
            data = self._socket.recv(65536)
            if not data:
                raise GuestFailure("QEMU has closed its socket")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line.decode(errors="replace")

    def close(self):
        self._socket.close()


class Monitor:
    """QMP. May be used from several threads."""

    def __init__(self, path):
        self._lines, self._lock, self.events = LineSocket(path), threading.Lock(), []
        json.loads(self._lines.line())
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        with self._lock:
            self._lines.send(json.dumps({"execute": command, "arguments": arguments}))
            while True:
                answer = json.loads(self._lines.line())
                if "event" in answer:
                    self.events.append(answer)
                elif "error" in answer:
                    raise GuestFailure(f"QMP {command} {arguments}: {answer['error']['desc']}")
                else:
                    return answer["return"]

    def last_words(self):
        """Reads events until QEMU closes the socket; the reasons of its SHUTDOWN events."""
        with self._lock:
            try:
                while True:
                    answer = json.loads(self._lines.line())
                    if "event" in answer:
                        self.events.append(answer)
            except (GuestFailure, OSError, ValueError):
                pass
        return [event["data"].get("reason") for event in self.events
                if event["event"] == "SHUTDOWN"]

    def words(self, address, count):
        """32-bit words of physical memory, device registers included."""
        text = self.execute("human-monitor-command", **{
            "command-line": f"xp /{count}wx {address:#x}"})
        values = [int(word, 16) for line in text.splitlines()
                  for word in re.findall(r"0x[0-9a-f]+", line.partition(":")[2])]
        if len(values) != count:
            raise GuestFailure(f"xp {address:#x}: {text}")
        return values

    def find(self, type_name, path="/machine/unattached"):
        """Paths of the devices of one type."""
        return [f"{path}/{item['name']}" for item in self.execute("qom-list", path=path)
                if item["type"] == f"child<{type_name}>"]


class TestSocket:
    """qtest beside the emulator: drives input lines of devices, reads and writes registers. May be
    used from several threads."""

    def __init__(self, path):
        self._lines, self._lock = LineSocket(path), threading.Lock()

    def set_line(self, device, number, level, name="unnamed-gpio-in"):
        self._ask(f"set_irq_in {device} {name} {number} {level}")

    def read_word(self, address):
        return int(self._ask(f"readl {address:#x}"), 16)

    def write_word(self, address, value):
        self._ask(f"writel {address:#x} {value:#x}")

    def _ask(self, question):
        with self._lock:
            self._lines.send(question)
            answer = self._lines.line()
        if not answer.startswith("OK"):
            raise GuestFailure(f"qtest {question}: {answer}")
        return answer[2:].strip() or "0"
