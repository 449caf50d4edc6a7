# SPDX-License-Identifier: Apache-2.0
"""A node inside a guest, as a user has it: a directory, a configuration, a process, a log."""

import json
import time

from checks import soon


class GuestNode:
    """`inputs` and `outputs` are the items of the configuration's lists, each a line of YAML."""

    def __init__(self, guest, name, inputs=(), outputs=(), mesh="rig", join=None, peers=(),
                 address="127.0.0.1", discovery=False, profile=None, more="",
                 environment=(), port=7778):
        self.guest, self.name = guest, name
        self.directory = f"/nodes/{name}"
        self.log_file = f"{self.directory}/log"
        self.peers = list(peers)
        self.mesh, self.address, self.discovery, self.more = mesh, address, discovery, more
        self.port = port
        self.configure(inputs, outputs, environment)
        self.profile, self.pid = profile or guest.definition.board, None
        membership = f"--join '{join}'" if join else f"--mesh {mesh}"
        guest.do(f"mkdir -p /nodes; taumesh init --state {self.directory} --name {name}"
                 f" --profile {self.profile} {membership}", 30)

    def configure(self, inputs=(), outputs=(), environment=()):
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.environment = " ".join(f"{key}={value}" for key, value in dict(environment).items())

    def configuration(self):
        peers = ", ".join(f'"{peer}"' for peer in self.peers)
        lines = [f"node: {{ name: {self.name}, profile: {self.profile} }}",
                 f"mesh: {{ id: {self.mesh}, address: '{self.address}', port: {self.port},"
                 f" discovery: {str(self.discovery).lower()}, peers: [{peers}] }}"]
        for section, items in (("inputs", self.inputs), ("outputs", self.outputs)):
            lines += [f"{section}:", *(f"  - {item}" for item in items)] if items else []
        return "\n".join([*lines, self.more]) + "\n"

    def start(self, wait=20):
        """Starts it, and waits until it answers."""
        self.guest.put(f"{self.directory}/taumesh.yaml", self.configuration())
        self.pid = self.guest.spawn(
            f"env {self.environment} taumesh run --state {self.directory}", log=self.log_file)
        if not soon(wait, lambda: self.status() or not self.alive(), every=0.3):
            raise self.guest.machine.failure(f"node {self.name} does not answer:\n{self.log()}")
        if not self.alive():
            raise self.guest.machine.failure(f"node {self.name} ended:\n{self.log()}")
        return self

    def alive(self):
        """Whether the process is there, and no zombie."""
        state = self.guest.run(f"sed -n 's/^State:.\\(.\\).*/\\1/p' /proc/{self.pid}/status")
        return state.ok and state.output.strip() not in ("", "Z", "X")

    def log(self):
        return self.guest.run(f"cat {self.log_file}").output

    def status(self):
        """What `taumesh status --json` says; {} while nobody answers."""
        done = self.guest.run(f"taumesh status --json --state {self.directory}", 10)
        return json.loads(done.output) if done.ok else {}

    def invitation(self):
        return self.guest.do(f"taumesh invite --state {self.directory}").splitlines()[0]

    def signal(self, name):
        self.guest.signal(self.pid, name)

    def stop(self, seconds=5):
        """SIGTERM: whether it ended within that time."""
        self.signal("TERM")
        started = time.monotonic()
        ended = soon(seconds, lambda: not self.alive(), every=0.1)
        return bool(ended) and time.monotonic() - started

    def kill(self):
        if self.pid and self.alive():
            self.signal("KILL")
