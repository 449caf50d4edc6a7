# SPDX-License-Identifier: Apache-2.0
"""The guard on a PCA9685 of a simulated bus, steered by numbers from a FIFO: what it allocates, what
it leaves behind, and what becomes of it when the bus goes."""

from checks import soon
from parts import item

GUEST = "amd64"
ADDRESS = 0x40
# Source: NXP, "PCA9685" revision 4, 7.3.1 to 7.3.5.
MODE1, PRESCALE, ALL_OFF_HIGH, FULL = 0x00, 0xFE, 0xFD, 0x10
SWING = ("while :; do for v in 0 3 6 8 9 8 6 3 0 -3 -6 -8 -9 -8 -6 -3;"
         " do echo $v; usleep 60000; done; done")
INPUT = ("{ id: swing, type: lines, device: /swing, range: [-20, 20], every: 50ms,"
         " noise-floor: [0.1], tau: 200ms, channel: swing }")


def motors(bus):
    return ("{ id: wheels, type: motors, left: ['pca:0', 'pca:1'], right: ['pca:2', 'pca:3'],"
            f" bus: {bus}, channel: swing, follow: self, stop-after: 1s, mapping: seed,"
            " frequency: 200 Hz, reverse-after: 0s, slew: 100 /s }")


def on(guest, bus):
    """Channels that are on: full on, or for a part of the period that is not nothing."""
    values = [int(each, 16) for each in guest.do("; ".join(
        f"i2cget -y {bus} {ADDRESS:#x} {register:#x}" for register in range(6, 22))).split()]
    found = []
    for channel in range(4):
        _, on_high, off_low, off_high = values[4 * channel:4 * channel + 4]
        if not off_high & FULL and (on_high & FULL or off_low or off_high & 15):
            found.append(channel)
    return found


def guard(guest):
    found = guest.run("for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null |"
                      " grep -q 'taumesh guard' && echo ${p#/proc/}; done").output.split()
    return next((int(each) for each in found if each.isdigit()), None)


def driven(guest, check):
    guest.insmod("i2c-stub", chip_addr=f"{ADDRESS:#x}")
    bus = guest.i2c_bus("SMBus stub")
    guest.do("[ -p /swing ] || mkfifo /swing")
    guest.spawn(f"sh -c '({SWING}) >/swing'")
    node = guest.node(inputs=[INPUT], outputs=[motors(bus)]).start()
    moved = soon(40, lambda: on(guest, bus), 0.2)
    check(bool(moved), f"the motors move: channels {moved} are on",
          (node.status().get("outputs"), node.status().get("inputs"), node.log()))
    return node, bus


def reading(node, name):
    output = item(node.status(), "outputs", "wheels")
    return next((each["value"] for each in output.get("readings", []) if each["name"] == name), None)


def allocations(guest, check):
    """Set up as the data sheet says; moving, the guard allocates nothing, and rests on SIGTERM"""
    node, bus = driven(guest, check)
    # 25 MHz / (4096 x 200 Hz) - 1, rounded.
    check(guest.i2c_read(bus, ADDRESS, PRESCALE) == 30, "PRE_SCALE is that of 200 Hz",
          guest.i2c_read(bus, ADDRESS, PRESCALE))
    check(guest.i2c_read(bus, ADDRESS, MODE1) == 0x20, "MODE1: awake, registers counted up",
          guest.i2c_read(bus, ADDRESS, MODE1))
    before = reading(node, "allocations")
    soon(5, lambda: False, 1)
    after = reading(node, "allocations")
    check(before is not None and after == before,
          f"allocations since the guard opened the chip: {before}; after 5 s of motion: {after}",
          (item(node.status(), "outputs", "wheels"), node.log()))
    check(node.stop() is not False, "the node ends", node.log())
    check(on(guest, bus) == [] and guest.i2c_read(bus, ADDRESS, ALL_OFF_HIGH) == FULL,
          "every channel is off, and ALL_LED_OFF_H is full off", on(guest, bus))
    check(guard(guest) is None, "and there is no guard")


def faults(guest, check):
    """Node stopped, node killed, both killed: every channel is off"""
    for name in ("STOP", "KILL", "both"):
        what = "SIGKILL of both" if name == "both" else f"SIG{name} of the node"
        node, bus = driven(guest, check)
        if name == "both":
            guest.do(f"kill -KILL {guard(guest)} {node.pid}")
            done = guest.run(f"taumesh neutral --state {node.directory}", 20)
            check(done.ok, f"{what}: `taumesh neutral` says {done.output.strip()}", done.output)
            check(guest.i2c_read(bus, ADDRESS, ALL_OFF_HIGH) == FULL,
                  f"{what}: ALL_LED_OFF_H is full off")
            continue
        node.signal(name)
        rested = soon(5, lambda: not on(guest, bus), 0.1)
        check(bool(rested), f"{what}: every channel is off", (on(guest, bus), node.log()))
        node.kill()
        guest.run(f"taumesh neutral --state {node.directory}", 20)
        guest.clean()


PARTS = [allocations, faults]
