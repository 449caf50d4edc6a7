# SPDX-License-Identifier: Apache-2.0
"""Motors that follow a peer, who is a program of the host: lost, stale, or sending no numbers."""

import struct
import threading
import time

import packages

packages.enter()

import feed
import lines
from checks import soon
from member import PULSE, Member, Refused
from nodes import free_port
from virt_emergency import EMULATION, LABEL, MASK, moving

GUEST = "virt"
FORWARD = free_port()
LIMIT = 300
HUM, STOP_AFTER = 50, 0.3
MOTORS = (f"{{ id: wheels, type: motors, left: ['{LABEL}:0', '{LABEL}:1'],"
          f" right: ['{LABEL}:2', '{LABEL}:3'], channel: hum, follow: visitor,"
          f" stop-after: {STOP_AFTER}s }}")


class Followed:
    """A node of the guest whose motors move by the pulses of a member of the host."""

    def __init__(self, guest, check):
        self.guest, self.check = guest, check
        self.node = guest.node(
            inputs=[feed.microphone(HUM)], outputs=[MOTORS], address="0.0.0.0", port=FORWARD,
            environment=feed.into(guest, HUM)).start()
        secret = bytes.fromhex(guest.read(f"{self.node.directory}/mesh.key"))
        self.member = Member(("127.0.0.1", FORWARD), "rig", secret)
        self.living = threading.Thread(target=self.live, daemon=True)
        self.living.start()
        check(bool(soon(120, lambda: moving(guest), 0.5)), "the motors follow the visitor",
              (self.node.status().get("outputs"), self.node.status().get("peers"),
               self.node.status().get("channels"), self.node.log()))

    def live(self):
        """Pings, so that the node does not give the link up as silent."""
        try:
            while self.member.running:
                self.member.link.send_frame({"type": "ping"})
                time.sleep(2)
        except (OSError, Refused):
            pass

    def fault(self, what, act, undo):
        watch = lines.Watch(lines.PrimeCell(self.guest))
        time.sleep(0.2)
        since = time.monotonic()
        act()
        time.sleep(2)
        samples = watch.stop()
        took = lines.quiet_after(samples, MASK, since)
        self.check(took is not None and took <= STOP_AFTER + EMULATION,
                   f"{what}: the lines rest {'never' if took is None else f'{took * 1000:.0f} ms'}"
                   f" later (configured: {STOP_AFTER * 1000:.0f} ms)")
        late = [each for each in samples if each[0] > since + STOP_AFTER + EMULATION]
        self.check(lines.share(late, MASK) == 0, f"{what}: and go on resting")
        undo()

    def moves_again(self):
        self.check(bool(soon(60, lambda: moving(self.guest), 0.5)), "afterwards they move again",
                   (self.node.status().get("outputs"), self.node.log()))

    def close(self):
        self.member.stop()
        self.node.stop()


def followed(guest, check):
    """Stale, no numbers, mesh lost: each rests the motors in time"""
    stage = Followed(guest, check)
    member = stage.member

    def pulse(is_on):
        member.pulsing = is_on

    stage.fault("stale (the peer's pulses end)", lambda: pulse(False), lambda: pulse(True))
    stage.moves_again()

    def nonsense():
        pulse(False)
        end = time.monotonic() + 1.8
        while time.monotonic() < end:
            body = struct.pack("<QII", time.monotonic_ns(), member.boot, member.sequence + 1)
            member.sequence += 1
            member.send(member.datagram(PULSE, body + bytes(4) + struct.pack(
                "<ffIfHBBfQ", float("nan"), float("nan"), 50_000_000, 6.28, 10, 255, 0, 1.0, 0)))
            time.sleep(0.05)

    stage.fault("pulses that are no numbers", nonsense, lambda: pulse(True))
    check(stage.node.status()["counters"]["datagramsImpossible"]
          + stage.node.status()["counters"]["pulsesOfUnknownChannels"] >= 10,
          "they are counted", stage.node.status().get("counters"))
    stage.moves_again()

    def cable(is_in):
        guest.monitor.execute("set_link", name="lan", up=is_in)

    stage.fault("mesh lost (the cable is pulled)", lambda: cable(False), lambda: cable(True))
    check(stage.node.alive(), "the node runs on")
    stage.close()


PARTS = [followed]
