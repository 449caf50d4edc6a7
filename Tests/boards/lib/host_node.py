# SPDX-License-Identifier: Apache-2.0
"""A node of the host on the guests' network."""

import json
import os
import shutil
import subprocess
import tempfile

import feed
from checks import soon
from places import binary


class HostNode:
    """The server's binary in the namespace of a Lan; it hears a recording of a hum."""

    HUM = 50  # Hz

    def __init__(self, lan, name="host", mesh="rig"):
        self.lan, self.name, self.directory = lan, name, tempfile.mkdtemp(prefix="taumesh-host-")
        self.process, self.mesh = None, mesh
        self._taumesh("init", "--name", name, "--profile", "server", "--mesh", mesh)
        with open(os.path.join(self.directory, "taumesh.yaml"), "w") as file:
            file.write(f"node: {{ name: {name}, profile: server }}\nmesh: {{ id: {mesh} }}\n"
                       f"inputs:\n  - {feed.microphone(self.HUM)}\n")
        self.environment = feed.onto(self.directory, self.HUM)

    def _taumesh(self, verb, *words):
        done = subprocess.run([binary("server"), verb, "--state", self.directory, *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        if done.returncode != 0:
            raise RuntimeError(f"taumesh {verb}: {done.stderr}")
        return done.stdout

    def start(self):
        with open(os.path.join(self.directory, "log"), "a") as log:
            self.process = subprocess.Popen(
                [*self.lan.prefix(), binary("server"), "run", "--state", self.directory],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(os.environ,
                                                                           **self.environment))
        if not soon(10, self.status):
            raise RuntimeError(f"the host's node does not answer:\n{self.log()}")
        return self

    def invitation(self):
        return self._taumesh("invite").splitlines()[0]

    def status(self):
        try:
            return json.loads(self._taumesh("status", "--json"))
        except (RuntimeError, ValueError):
            return {}

    def log(self):
        with open(os.path.join(self.directory, "log")) as file:
            return file.read()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

