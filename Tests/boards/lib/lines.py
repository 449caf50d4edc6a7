# SPDX-License-Identifier: Apache-2.0
"""Watches GPIO lines from outside a guest, in the registers of their controller."""

import threading
import time


class Controller:
    """Where levels and the mark are: a controller's level register, and how to raise a line of it
    from inside the guest that nobody else uses."""

    def __init__(self, levels, mark, raise_mark, lower_mark):
        self.levels, self.mark = levels, mark
        self.raise_mark, self.lower_mark = raise_mark, lower_mark


# Source: Broadcom, "BCM2835 ARM Peripherals", 6.1: GPFSEL2, GPSET0, GPCLR0, GPLEV0. GPIO26 marks.
GPFSEL2, GPSET0, GPCLR0, GPLEV0 = 0x3F200008, 0x3F20001C, 0x3F200028, 0x3F200034


def header(guest):
    """The header of a Raspberry Pi 3; GPIO26 becomes an output, for marks."""
    guest.write_word(GPFSEL2, guest.read_word(GPFSEL2) & ~(7 << 18) | 1 << 18)
    return Controller(GPLEV0, 1 << 26, f"devmem {GPSET0:#x} 32 {1 << 26:#x}",
                      lambda: guest.write_word(GPCLR0, 1 << 26))


class Watch(threading.Thread):
    """Samples levels about once a millisecond until it is stopped."""

    def __init__(self, guest, address):
        super().__init__(daemon=True)
        self._guest, self._address, self._running = guest, address, True
        self.samples = []
        self.start()

    def run(self):
        while self._running:
            level = self._guest.read_word(self._address)
            self.samples.append((time.monotonic(), level))
            time.sleep(0.001)

    def stop(self):
        self._running = False
        self.join(5)
        return self.samples


def share(samples, mask):
    """The share of samples with any of the lines high."""
    return sum(1 for _, level in samples if level & mask) / max(1, len(samples))


def quiet_after(samples, mask, since, quiet=0.1):
    """Seconds from `since` until all lines of the mask are low and stay so for `quiet`; None if
    that never comes."""
    start = None
    for moment, level in samples:
        if moment < since:
            continue
        if level & mask:
            start = None
        elif start is None:
            start = moment
        elif moment - start >= quiet:
            return max(0.0, start - since)
    return None


def moment_of(samples, mark):
    """When the mark was first seen."""
    return next((moment for moment, level in samples if level & mark), None)
