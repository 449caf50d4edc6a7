# SPDX-License-Identifier: Apache-2.0
"""Several guests on one network, booted together."""

from guest import Guest
from host_node import HostNode


class Stage:
    """`guests` by name; `host` is a node of the host, started."""

    def __init__(self, lan, names, limit):
        self.lan, self.guests = lan, {}
        self.index = {name: index for index, name in enumerate(names, 2)}
        try:
            for name, index in self.index.items():
                self.guests[name] = Guest(name, limit, lan, index)
            for guest in self.guests.values():
                guest.boot()
            self.host = HostNode(lan).start()
        except BaseException:
            self.close(keep=True)
            raise

    def clean(self):
        for guest in self.guests.values():
            guest.clean()

    def close(self, keep=False):
        if hasattr(self, "host"):
            self.host.close()
        for guest in self.guests.values():
            guest.close(keep)
