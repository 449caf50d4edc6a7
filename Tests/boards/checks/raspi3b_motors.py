# SPDX-License-Identifier: Apache-2.0
"""Motors on the header of a Raspberry Pi 3, seen from outside at the SoC's registers; and what
becomes of them when node or guard fail."""

import time

import feed
import lines
from checks import soon
from parts import reaches

GUEST = "raspi3b"
LIMIT = 600
HUM = 50
WIRES = (17, 27, 23, 24, 12, 13)
MASK = sum(1 << line for line in WIRES)
STOP_AFTER = 0.2  # s, as configured
EMULATION = 0.4  # s that a loaded emulator may add to it
MOTORS = ("{ id: wheels, type: motors, left: [GPIO17, GPIO27], right: [GPIO23, GPIO24],"
          f" pwm: [GPIO12, GPIO13], channel: hum, follow: self, stop-after: {STOP_AFTER}s }}")
PROCESSES = "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '{}' && echo ${{p#/proc/}}; done"


def processes(guest, words):
    """Ids of the processes whose command line has these words."""
    found = guest.run(PROCESSES.format(words)).output.split()
    return [int(each) for each in found if each.isdigit()]


def guard(guest):
    found = processes(guest, "taumesh guard")
    return found[0] if found else None


def watched(guest, seconds):
    return lines.watched(lines.Header(guest), seconds)


def moving(guest):
    return lines.share(watched(guest, 0.3), MASK) > 0.5


def driven(guest, check, more=()):
    """A node whose motors move."""
    node = guest.same_node("wheels", inputs=[feed.microphone(HUM), *more], outputs=[MOTORS],
                      environment=feed.into(guest, HUM)).start()
    check(bool(soon(60, lambda: moving(guest), 0.5)), "the motors move",
          (node.status().get("outputs"), node.log()))
    return node


def neutral(guest):
    return all(guest.gpio_function(line) == 1 and guest.gpio_level(line) == 0 for line in WIRES)


def fault(guest, check, what, command, seconds=2.0, allowed=STOP_AFTER, quiet=0.1):
    """Does it, with a mark that is seen from outside, and says how long the motors went on until
    they rested for `quiet` seconds at least."""
    header = lines.Header(guest)
    header.mark_off()
    watch = lines.Watch(header)
    time.sleep(0.2)
    guest.do(f"{header.RAISE_MARK} && {command}")
    time.sleep(seconds)
    samples = watch.stop()
    header.mark_off()
    since = lines.moment_of(samples, header.MARK)
    before = [each for each in samples if since and each[0] < since]
    check(lines.share(before, MASK) > 0.5, f"{what}: the motors moved until then",
          lines.share(before, MASK))
    took = since and lines.quiet_after(samples, MASK, since, quiet)
    check(took is not None and took <= allowed + EMULATION,
          f"{what}: the lines rest {'never' if took is None else f'{took * 1000:.0f} ms'} later"
          f" (configured: {allowed * 1000:.0f} ms), seen in {len(samples)} samples")
    return took


def registers(guest, check):
    """The lines are outputs and high by turns, and rest when the node is told to stop"""
    functions = [guest.gpio_function(line) for line in WIRES]
    check(1 not in functions, "before, the lines are no outputs", functions)
    node = driven(guest, check)
    functions = [guest.gpio_function(line) for line in WIRES]
    check(functions == [1] * 6, "GPFSEL: all six lines are outputs", functions)
    samples = watched(guest, 0.5)
    high = {f"GPIO{line}": round(lines.share(samples, 1 << line), 2) for line in WIRES}
    print(f"        GPLEV0: share of {len(samples)} samples in which it is high: {high}")
    for pair in ((17, 27), (23, 24)):
        both = sum(1 for _, level in samples if level >> pair[0] & 1 and level >> pair[1] & 1)
        check(both == 0, f"GPIO{pair[0]} and GPIO{pair[1]} are never high together", both)
    stopped = node.stop()
    check(stopped is not False, "SIGTERM: the node ends", node.log())
    check(lines.share(watched(guest, 0.3), MASK) == 0, "and nothing is high")


def node_killed(guest, check):
    """SIGKILL of the node: the guard rests everything"""
    node = driven(guest, check)
    fault(guest, check, "SIGKILL of the node", f"kill -KILL {node.pid}")
    check(not node.alive(), "the node is dead")
    check(lines.share(watched(guest, 0.3), MASK) == 0, "and nothing moves again")


def node_stopped(guest, check):
    """SIGSTOP of the node: the guard's deadline rests everything"""
    node = driven(guest, check)
    fault(guest, check, "SIGSTOP of the node", f"kill -STOP {node.pid}")
    check(neutral(guest), "all lines are outputs, low")
    check(guard(guest) is not None, "the guard lives")
    node.signal("CONT")
    check(bool(soon(60, lambda: moving(guest), 0.5)), "continued, the node moves them again",
          node.log())
    node.stop()


def guard_killed(guest, check):
    """SIGKILL of the guard: the next one rests everything, and goes on"""
    node = driven(guest, check)
    first = guard(guest)
    fault(guest, check, "SIGKILL of the guard", f"kill -KILL {first}", seconds=3,
          quiet=0.02)
    second = soon(10, lambda: guard(guest))
    check(bool(second) and second != first, "another guard is there", (first, second))
    check(node.alive(), "the node runs on")
    check(bool(soon(60, lambda: moving(guest), 0.5)), "the motors move again", node.log())
    check("guard" in node.log(), "the log tells of it", node.log())
    node.stop()


def guard_stopped(guest, check):
    """SIGSTOP of the guard: the node notices, ends it and starts another"""
    node = driven(guest, check)
    first = guard(guest)
    fault(guest, check, "SIGSTOP of the guard", f"kill -STOP {first}", seconds=4,
          allowed=2 * STOP_AFTER, quiet=0.02)
    second = soon(10, lambda: guard(guest))
    check(bool(second) and second != first, "another guard is there", (first, second, node.log()))
    node.stop()


def both_killed(guest, check):
    """Both are killed: the kernel takes the lines back, and `taumesh neutral` drives them low"""
    node = driven(guest, check)
    fault(guest, check, "SIGKILL of both", f"kill -KILL {node.pid} {guard(guest)}")
    check(not node.alive() and guard(guest) is None, "both are dead")
    done = guest.run(f"taumesh neutral --state {node.directory}", 20)
    check(done.ok, f"`taumesh neutral`: {done.output.strip()}", done.output)
    check(lines.share(watched(guest, 0.2), MASK) == 0, "nothing is driven")
    print(f"        GPFSEL {[guest.gpio_function(line) for line in WIRES]},"
          f" GPLEV {[guest.gpio_level(line) for line in WIRES]}")


def bus_hung(guest, check):
    """A hung I²C bus stops its sensor and nothing else: the motors go on"""
    from raspi3b_i2c import DISABLE_2, ENABLE_2, I2C_INTERRUPT, SENSOR
    from parts import item

    node = driven(guest, check, more=[SENSOR])
    started = time.monotonic()
    guest.write_word(DISABLE_2, I2C_INTERRUPT)
    failed = reaches(guest, node, lambda status: item(
        status, "inputs", "air")["state"] == "failed", 15, 0.1)
    check(failed is not None, f"the sensor is failed {time.monotonic() - started:.1f} s later"
          " (configured: 2 s)", node.status().get("inputs"))
    samples = watched(guest, 3)
    gap = max((b[0] for b in _rests(samples)), default=0)
    check(lines.share(samples, MASK) > 0.5, "the motors move on"
          f" ({100 * lines.share(samples, MASK):.0f} % of samples, longest rest {gap * 1000:.0f} ms)")
    guest.write_word(ENABLE_2, I2C_INTERRUPT)
    node.stop()


def _rests(samples):
    """Lengths of the times without any line high."""
    start = None
    for moment, level in samples:
        if level & MASK:
            if start is not None:
                yield moment - start, start
            start = None
        elif start is None:
            start = moment


PARTS = [registers, node_killed, node_stopped, guard_killed, guard_stopped, both_killed, bus_hung]
