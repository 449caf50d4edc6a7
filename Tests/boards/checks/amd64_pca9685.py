# SPDX-License-Identifier: Apache-2.0
"""A PCA9685 on a simulated bus: its registers while motors move, and when they have to rest."""

import feed
from checks import soon

GUEST = "amd64"
HUM, ADDRESS = 50, 0x40
# Source: NXP, "PCA9685" revision 4, 7.3.3 and 7.3.4: LEDn_OFF_H, ALL_LED_OFF_H; bit 4 is full off.
ALL_OFF_HIGH, FULL_OFF = 0xFD, 0x10
CHANNELS = range(6)


def motors(bus):
    return (f"{{ id: wheels, type: motors, left: ['pca:0', 'pca:1'], right: ['pca:2', 'pca:3'],"
            f" pwm: ['pca:4', 'pca:5'], bus: {bus}, channel: hum, follow: self,"
            f" stop-after: 200ms }}")


def on(guest, bus):
    """Channels that are on: full on, or with a length that is not nothing."""
    dump = guest.do("; ".join(
        f"i2cget -y {bus} {ADDRESS:#x} {6 + 4 * channel + byte:#x}"
        for channel in CHANNELS for byte in range(4)))
    values = [int(each, 16) for each in dump.split()]
    found = []
    for channel in CHANNELS:
        on_low, on_high, off_low, off_high = values[4 * channel:4 * channel + 4]
        length = (off_low | (off_high & 15) << 8) - (on_low | (on_high & 15) << 8)
        if not off_high & FULL_OFF and (on_high & FULL_OFF or length):
            found.append(channel)
    return found


def all_off(guest, bus):
    return guest.i2c_read(bus, ADDRESS, ALL_OFF_HIGH)


def driven(guest, check, bus):
    node = guest.same_node("wheels", inputs=[feed.microphone(HUM)], outputs=[motors(bus)],
                      environment=feed.into(guest, HUM)).start()
    check(bool(soon(60, lambda: on(guest, bus), 0.5)), f"the motors move: {on(guest, bus)} are on",
          (node.status().get("outputs"), node.log()))
    # A real chip clears this by itself when a channel is written.
    guest.i2c_write(bus, ADDRESS, {ALL_OFF_HIGH: 0})
    return node


def registers(guest, check):
    """Killed or told to end, the guard leaves every channel off"""
    guest.insmod("i2c-stub", chip_addr=f"{ADDRESS:#x}")
    bus = guest.i2c_bus("SMBus stub")
    for name in ("KILL", "STOP", "TERM"):
        node = driven(guest, check, bus)
        node.signal(name)
        rested = soon(5, lambda: all_off(guest, bus) == FULL_OFF or not on(guest, bus), 0.1)
        check(bool(rested), f"SIG{name} of the node: neutral; ALL_LED_OFF_H is"
              f" {all_off(guest, bus):#04x}, channels still on: {on(guest, bus)}", node.log())
        node.signal("KILL") if name == "STOP" else None
        guest.clean()
    node = driven(guest, check, bus)
    guest.do("kill -KILL $(pidof taumesh)")
    done = guest.run(f"taumesh neutral --state {node.directory}", 20)
    check(done.ok and all_off(guest, bus) == FULL_OFF,
          f"both killed, `taumesh neutral`: {done.output.strip()}; ALL_LED_OFF_H is"
          f" {all_off(guest, bus):#04x}", done.output)


PARTS = [registers]
