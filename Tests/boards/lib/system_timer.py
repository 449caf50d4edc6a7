# SPDX-License-Identifier: Apache-2.0
"""Keeps the system timer of an emulated Pi Zero running.

Linux sets compare register 3 some microseconds ahead of the counter. A processor of the host that
is taken away in between lets the counter pass it, the next match is 71 minutes off, and the guest
sleeps until then. The later boards have another timer.
Source: Broadcom, "BCM2835 ARM Peripherals", 12, "System Timer".
"""

import threading
import time

from failure import GuestFailure

COUNTER, COMPARE_3 = 0x20003004, 0x20003018


class SystemTimer(threading.Thread):
    def __init__(self, lines):
        super().__init__(daemon=True)
        self._lines, self.missed = lines, 0
        self.start()

    def run(self):
        try:
            while True:
                time.sleep(0.1)
                self._look()
        except (GuestFailure, OSError, ValueError):
            pass  # QEMU has ended.

    def _look(self):
        now = self._lines.read_word(COUNTER)
        late = (now - self._lines.read_word(COMPARE_3)) % 2**32
        if 20_000 < late < 2**31:
            self.missed += 1
            self._lines.write_word(COMPARE_3, (now + 1000) % 2**32)
