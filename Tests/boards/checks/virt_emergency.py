# SPDX-License-Identifier: Apache-2.0
"""The emergency stop, pressed from outside on a GPIO controller whose inputs can be driven."""

import time

import feed
import lines
from checks import soon

GUEST = "virt"
HUM = 50
MASK, STOP = 0x0F, 4
STOP_AFTER, EMULATION = 0.2, 0.4  # s
LABEL = "9030000.pl061"
MOTORS = (f"{{ id: wheels, type: motors, left: ['{LABEL}:0', '{LABEL}:1'],"
          f" right: ['{LABEL}:2', '{LABEL}:3'], channel: hum, follow: self,"
          f" emergency-stop: '{LABEL}:{STOP}', stop-after: {STOP_AFTER}s }}")


def watched(guest, seconds):
    return lines.watched(lines.PrimeCell(guest), seconds)


def moving(guest):
    return lines.share(watched(guest, 0.3), MASK) > 0.3


def emergency(guest, check):
    """Pressed, everything rests at once; released, it stays so until the source has rested"""
    node = guest.node(inputs=[feed.microphone(HUM)], outputs=[MOTORS],
                      environment=feed.into(guest, HUM)).start()
    check(bool(soon(60, lambda: moving(guest), 0.5)), "the motors move",
          (node.status().get("outputs"), node.log()))
    check(guest.read_word(lines.PrimeCell.DIRECTION) & 0x1F == MASK, "four outputs, one input",
          hex(guest.read_word(lines.PrimeCell.DIRECTION)))
    watch = lines.Watch(lines.PrimeCell(guest))
    time.sleep(0.2)
    pressed = time.monotonic()
    guest.set_input(STOP, 1)
    time.sleep(2)
    samples = watch.stop()
    took = lines.quiet_after(samples, MASK, pressed)
    check(took is not None and took <= STOP_AFTER + EMULATION,
          f"the lines rest {'never' if took is None else f'{took * 1000:.0f} ms'} after the press"
          f" (configured: {STOP_AFTER * 1000:.0f} ms at most)")
    check(lines.share([each for each in samples if each[0] > pressed + 1], MASK) == 0,
          "and go on resting")
    check("emergency" in str(node.status().get("outputs")) + node.log(), "status or log say why",
          (node.status().get("outputs"), node.log()))
    guest.set_input(STOP, 0)
    released = lines.share(watched(guest, 1.5), MASK)
    print(f"        after its release, share of samples in motion: {released:.2f};"
          f" {node.status().get('outputs')}")
    check(released == 0, "released, nothing moves before the source has rested")
    check(node.stop() is not False, "the node ends", node.log())


PARTS = [emergency]
