# SPDX-License-Identifier: Apache-2.0
"""Magic packets on real networks: machines (network namespaces) beside each other."""

import os
import subprocess
import sys

from checks import soon
from wake_pushes import LIMITS, WakingNode

LISTENER = """
import socket, sys
card = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
card.bind(("", 9))
print("listens", flush=True)
while True:
    data, sender = card.recvfrom(2048)
    print(data.hex(), sender[0], flush=True)
"""


class Street:
    """One machine with two networks, and a machine on each."""

    def __init__(self):
        self.spaces = [f"tw{os.getpid()}{name}" for name in "abc"]
        node, *others = self.spaces
        for space in self.spaces:
            self.ip("netns", "add", space)
            self.ip("-n", space, "link", "set", "lo", "up")
        for index, other in enumerate(others):
            near, far = f"n{index}", f"f{index}"
            self.ip("-n", node, "link", "add", near, "type", "veth", "peer", "name", far,
                    "netns", other)
            for space, name, host in ((node, near, 1), (other, far, 2)):
                self.ip("-n", space, "address", "add", f"10.77.{index}.{host}/24", "broadcast",
                        f"10.77.{index}.255", "dev", name)
                self.ip("-n", space, "link", "set", name, "up")

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def close(self):
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True)


def magic_packets(workshop, check):
    """A magic packet reaches the cards of every network the node is on"""
    street = Street()
    try:
        heard = [workshop.path(f"heard{index}") for index in range(2)]
        for space, path in zip(street.spaces[1:], heard):
            workshop.others.append(subprocess.Popen(
                ["ip", "netns", "exec", space, sys.executable, "-c", LISTENER],
                stdout=open(path, "w"), stdin=subprocess.DEVNULL))
        check(soon(10, lambda: all("listens" in open(path).read() for path in heard)),
              "the cards listen")
        node = WakingNode(workshop, "kitchen", [
            *LIMITS, "peers:", "  - { name: nas, mac: 'B8:27:eb:01:02:03' }"])
        node.start(prefix=("ip", "netns", "exec", street.spaces[0]))
        check(node.ask("nas")[0] == 0, "the machine is woken", node.log()[-300:])
        packet = "ff" * 6 + "b827eb010203" * 16
        for index, path in enumerate(heard):
            lines = soon(5, lambda: open(path).read().splitlines()[1:])
            check(lines == [f"{packet} 10.77.{index}.1"], f"network {index} hears it once", lines)
        check(node.says("nas: sent"), "and the node says so", node.log()[-300:])
    finally:
        street.close()


def no_network(workshop, check):
    """Without a network that is told"""
    space = f"tw{os.getpid()}x"
    Street.ip("netns", "add", space)
    try:
        Street.ip("-n", space, "link", "set", "lo", "up")
        node = WakingNode(workshop, "kitchen", [
            *LIMITS, "peers:", "  - { name: nas, mac: 'b8:27:eb:01:02:03' }",
            "  - { name: robot, line: GPIO26, chip: nowhere }"])
        node.start(prefix=("ip", "netns", "exec", space))
        status, text = node.ask("nas")
        check(status == 1 and "no network" in text, "a magic packet without a network", text)
        status, text = node.ask("robot")
        check(status == 1 and "no such GPIO chip" in text, "a line that is not there", text)
        check(node.says("robot: GPIO line"), "which was told at the start, too", node.log()[-300:])
    finally:
        subprocess.run(["ip", "netns", "del", space], capture_output=True)


PARTS = [magic_packets, no_network]
