# SPDX-License-Identifier: Apache-2.0
"""A network of its own for guests and nodes of the host: a namespace with a bridge, one tap per
guest, one address for the host. Needs root."""

import atexit
import os
import subprocess


class Lan:
    def __init__(self):
        self.namespace = f"taumesh-{os.getpid()}"
        self.host = self.address(1)
        ip("netns", "add", self.namespace)
        atexit.register(self.close)
        self.inside("ip", "link", "set", "lo", "up")
        self.inside("ip", "link", "add", "bridge", "type", "bridge", "mcast_snooping", "0")
        self.inside("ip", "addr", "add", f"{self.host}/24", "dev", "bridge")
        self.inside("ip", "link", "set", "bridge", "up")
        self.inside("ip", "route", "add", "224.0.0.0/4", "dev", "bridge")

    @staticmethod
    def address(index):
        return f"10.77.0.{index}"

    def prefix(self):
        """Words that run a command inside."""
        return ["ip", "netns", "exec", self.namespace]

    def inside(self, *words):
        subprocess.run([*self.prefix(), *words], check=True, stdin=subprocess.DEVNULL)

    def attach(self, definition, index):
        """A tap for a guest: the words before its command, and those after it."""
        tap = f"tap{index}"
        self.inside("ip", "tuntap", "add", tap, "mode", "tap")
        self.inside("ip", "link", "set", tap, "master", "bridge", "up")
        device = [word.format(mac=f"52:54:00:00:00:{index:02x}") for word in definition.network]
        return self.prefix(), [
            "-netdev", f"tap,id=lan,ifname={tap},script=no,downscript=no", *device]

    def cut(self, index):
        """Pulls a guest's cable; `mend` puts it back."""
        self.inside("ip", "link", "set", f"tap{index}", "down")

    def mend(self, index):
        self.inside("ip", "link", "set", f"tap{index}", "up")

    def close(self, keep=False):
        subprocess.run(["ip", "netns", "delete", self.namespace], stdin=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        atexit.unregister(self.close)


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdin=subprocess.DEVNULL)
