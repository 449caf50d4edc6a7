# SPDX-License-Identifier: Apache-2.0
"""Edges on GPIO inputs, driven from outside: every one becomes an event."""

import time

from checks import soon
from parts import item, reaches

GUEST = "virt"
LINE, EDGES = 5, 1000
# Raw interrupt status: set by an edge until the kernel has taken it.
# Source: ARM, "PrimeCell GPIO (PL061)" DDI 0190B, 3.3.7.
RAW_STATUS = 0x09030414
INPUT = (f"{{ id: turns, type: gpio, line: '9030000.pl061:{LINE}', edge: rising,"
         f" frequency: 20 Hz }}")


def pulse(guest):
    """One rising edge; the next is not sent before the kernel has taken this one, which on a busy
    host may be long."""
    guest.set_input(LINE, 1)
    end = time.monotonic() + 5
    while guest.read_word(RAW_STATUS) >> LINE & 1 and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(0.005)
    guest.set_input(LINE, 0)
    time.sleep(0.02)


def events(status):
    readings = {each["name"]: each["value"]
                for each in item(status, "inputs", "turns").get("readings", [])}
    return readings.get("events"), readings


def edges(guest, check):
    """1,000 edges from outside are 1,000 events"""
    node = guest.node(inputs=[INPUT]).start()
    check(item(node.status(), "inputs", "turns").get("state") == "working", "the line is open",
          (node.status().get("inputs"), node.log()))
    started = time.monotonic()
    for _ in range(EDGES):
        pulse(guest)
    seconds = time.monotonic() - started
    soon(10, lambda: events(node.status())[0] == EDGES, 0.5)
    found, readings = events(node.status())
    check(found == EDGES, f"{EDGES} edges in {seconds:.1f} s are {found:.0f} events", readings)
    print("        kernel time stamp to event, in the emulation: "
          f"p50 {readings.get('latency p50', 0):.0f} µs, p99 {readings.get('latency p99', 0):.0f} µs")
    print(f"        {readings}")
    check(node.stop() is not False, "the node ends in time", node.log())
    print(f"        {[each for each in node.log().splitlines() if 'events' in each]}")


def chip_goes(guest, check):
    """The GPIO chip is unbound while the node listens, and bound again"""
    node = guest.node(inputs=[INPUT]).start()
    check(item(node.status(), "inputs", "turns").get("state") == "working", "the line is open")
    guest.spawn("sh -c 'echo 9030000.pl061 >/sys/bus/amba/drivers/pl061_gpio/unbind'")
    failed = reaches(guest, node, lambda each: item(each, "inputs", "turns")["state"] == "failed",
                     10, 0.2)
    print(f"        {item(failed or node.status(), 'inputs', 'turns')}")
    check(failed is not None, "the input is failed", guest.run("dmesg | tail -n 5").output)
    check(node.alive(), "the node runs on")


PARTS = [edges]
