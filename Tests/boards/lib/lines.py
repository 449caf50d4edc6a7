# SPDX-License-Identifier: Apache-2.0
"""Watches GPIO lines from outside a guest, in the registers of their controller."""

import threading
import time

from failure import GuestFailure


class Header:
    """GPIO10 to GPIO29 of a Raspberry Pi 3's header; GPIO26 becomes an output, for marks.

    Source: Broadcom, "BCM2835 ARM Peripherals", 6.1.
    """

    GPFSEL1, GPFSEL2, GPSET0, GPCLR0, GPLEV0 = (
        0x3F200004, 0x3F200008, 0x3F20001C, 0x3F200028, 0x3F200034)
    MARK = 1 << 26
    RAISE_MARK = f"devmem {GPSET0:#x} 32 {MARK:#x}"  # from inside, at the moment it marks

    def __init__(self, guest):
        self._guest = guest

    def mark_off(self):
        selected = self._guest.read_word(self.GPFSEL2)
        self._guest.write_word(self.GPFSEL2, selected & ~(7 << 18) | 1 << 18)
        self._guest.write_word(self.GPCLR0, self.MARK)

    def driven(self):
        """Lines that are outputs and high: the emulated level of an input is what it was last
        driven to."""
        levels, outputs = self._guest.read_word(self.GPLEV0), 0
        for register, first in ((self.GPFSEL1, 10), (self.GPFSEL2, 20)):
            selected = self._guest.read_word(register)
            outputs |= sum(1 << first + each for each in range(10) if selected >> 3 * each & 7 == 1)
        return levels & outputs


class PrimeCell:
    """The eight lines of the PL061 of QEMU's `virt` machine.

    Source: ARM, "PrimeCell GPIO (PL061)" DDI 0190B, 3.3.1 and 3.3.2.
    """

    DATA, DIRECTION = 0x090303FC, 0x09030400

    def __init__(self, guest):
        self._guest = guest

    def driven(self):
        return self._guest.read_word(self.DATA) & self._guest.read_word(self.DIRECTION)


class Watch(threading.Thread):
    """Samples the lines that are driven high, about once a millisecond, until it is stopped."""

    def __init__(self, lines):
        super().__init__(daemon=True)
        self._lines, self._running = lines, True
        self.samples = []
        self.start()

    def run(self):
        try:
            while self._running:
                driven = self._lines.driven()
                self.samples.append((time.monotonic(), driven))
                time.sleep(0.001)
        except (GuestFailure, OSError):
            pass  # The guest has ended; whoever asks it next is told.

    def stop(self):
        self._running = False
        self.join(5)
        return self.samples


def watched(lines, seconds):
    watch = Watch(lines)
    time.sleep(seconds)
    return watch.stop()


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
