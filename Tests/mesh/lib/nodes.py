# SPDX-License-Identifier: Apache-2.0
"""Nodes as a user has them: a directory, a configuration, a process, a log."""

import array
import json
import math
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from checks import soon

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
PROGRAM = os.environ.get("TAUMESH_PROGRAM") or os.path.join(ROOT, ".build/boards/server/taumesh")
IS_BOARD = "TAUMESH_PROGRAM" not in os.environ
RATE = 16000
CHANNEL = "hum-of-the-kitchen"


class Workshop:
    """A directory for one run, its sound devices, and every process started in it."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="taumesh-")
        os.chmod(self.directory, 0o755)
        self.nodes, self.others = [], []
        self.devices = {}
        self.alsa = self.path("alsa.conf")
        self.feed = self.path("hum.raw")
        render_hum(self.feed, seconds=300)
        self.device("ear", self.microphone(self.feed))

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    @staticmethod
    def microphone(feed):
        return f'type file slave.pcm null file /dev/null infile "{feed}" format raw'

    @staticmethod
    def speaker(file):
        return f'type file slave.pcm null file "{file}" format raw'

    def device(self, name, definition):
        """Adds or changes an ALSA PCM; None takes it away."""
        self.devices[name] = definition
        text = "</usr/share/alsa/alsa.conf>\n" + "".join(
            f"pcm.{name} {{ {body} }}\n" for name, body in self.devices.items() if body)
        with open(self.alsa + ".new", "w") as file:
            file.write(text)
        os.replace(self.alsa + ".new", self.alsa)

    def environment(self):
        return dict(os.environ, ALSA_CONFIG_PATH=self.alsa)

    def node(self, name, **settings):
        node = Node(self, name, **settings)
        self.nodes.append(node)
        return node

    def run(self, *words, timeout=10, **options):
        """Runs the program to its end; the completed process, with text in stdout and stderr."""
        return subprocess.run(
            [PROGRAM, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=timeout, env=self.environment(), **options)

    def close(self, keep=False):
        for node in self.nodes:
            node.kill()
        for process in self.others:
            if process.poll() is None:
                process.kill()
                process.wait()
        if keep:
            print(f"logs are in {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)


class Node:
    """One node; `inputs` and `outputs` are the YAML lists of its configuration.

    `mesh_keys` are further `key: value` of its mesh section, `sections` further lines.
    """

    def __init__(self, workshop, name, mesh="home", join=None, profile="zero", port=None,
                 address="127.0.0.1", peers=(), ear=True, inputs=None, outputs=(),
                 mesh_keys=(), sections=()):
        self.workshop, self.name, self.mesh, self.profile = workshop, name, mesh, profile
        self.directory = workshop.path(name)
        self.address, self.port = address, free_port(address) if port is None else port
        self.peers, self.outputs = list(peers), list(outputs)
        self.mesh_keys, self.sections = list(mesh_keys), list(sections)
        self.inputs = [ear_settings()] if ear and inputs is None else list(inputs or [])
        self.process, self.log_file = None, os.path.join(self.directory, "log")
        words = ["init", "--state", self.directory, "--name", name, "--profile", profile]
        words += ["--join", join.invitation()] if join else ["--mesh", mesh]
        done = workshop.run(*words)
        if done.returncode != 0:
            raise RuntimeError(f"init of {name}: {done.stderr}")

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    @property
    def place(self):
        return f"{self.address}:{self.port}"

    def invitation(self):
        return self.workshop.run("invite", "--state", self.directory).stdout.strip()

    def secret(self):
        with open(self.path("mesh.key")) as file:
            return bytes.fromhex(file.readline().strip())

    def configuration(self):
        peers = ", ".join(f'"{getattr(peer, "place", peer)}"' for peer in self.peers)
        lines = [
            f"node: {{ name: {self.name}, profile: {self.profile} }}",
            f"mesh: {{ id: {self.mesh}, address: {self.address}, port: {self.port},"
            f" discovery: false, peers: [{peers}]{''.join(f', {key}' for key in self.mesh_keys)} }}"]
        lines += ["inputs:"] + [f"  - {item}" for item in self.inputs] if self.inputs else []
        lines += ["outputs:"] + [f"  - {item}" for item in self.outputs] if self.outputs else []
        return "\n".join(lines + self.sections) + "\n"

    def write(self):
        with open(self.path("taumesh.yaml"), "w") as file:
            file.write(self.configuration())

    def start(self, wait=True, stderr=None, stdout=None, prefix=()):
        self.write()
        with open(self.log_file, "a") as log:
            self.process = subprocess.Popen(
                [*prefix, PROGRAM, "run", "--state", self.directory], stdin=subprocess.DEVNULL,
                stdout=stdout or log, stderr=stderr or log, env=self.workshop.environment())
        if wait and not soon(5, lambda: self.process.poll() is not None or self.status()):
            raise RuntimeError(f"{self.name} does not answer:\n{self.log()[-2000:]}")
        if wait and self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended at once:\n{self.log()[-2000:]}")
        return self

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def log(self):
        with open(self.log_file, errors="replace") as file:
            return file.read()

    def status(self):
        """What `taumesh status --json` says; {} while nobody answers."""
        done = self.workshop.run("status", "--json", "--state", self.directory)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def counters(self):
        return self.status().get("counters", {})

    def counter(self, name):
        return self.counters().get(name, -1)

    def n(self):
        """Members that count in the mesh state of the first channel."""
        channels = self.status().get("channels") or [{"n": 0}]
        return channels[0]["n"]

    def peer_names(self, state=None):
        return sorted(peer["name"] for peer in self.status().get("peers", [])
                      if state is None or peer["state"] == state)

    def pulses_of(self, name):
        return sum(peer["pulses"] for peer in self.status()["peers"] if peer["name"] == name)

    def send(self, number):
        os.kill(self.pid, number)

    def stop(self, number=signal.SIGTERM, timeout=5):
        """Sends a signal and waits: the exit status and the seconds it took."""
        start = time.monotonic()
        self.send(number)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return None, timeout
        return status, time.monotonic() - start

    def kill(self):
        if self.alive():
            self.process.kill()
            self.process.wait()

    def anonymous(self):
        """KiB of anonymous memory that are resident now."""
        return self.memory("smaps_rollup", "Anonymous:")

    def peak(self):
        """KiB that were resident at most."""
        return self.memory("status", "VmHWM:")

    def memory(self, file, word):
        with open(f"/proc/{self.pid}/{file}") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(word))


def ear_settings(device="ear", channel=CHANNEL):
    return (f"{{ id: ear-{device}, type: microphone, device: {device}, rate: {RATE},"
            f" channel: {channel}, frequency: 50 Hz, width: 4 Hz, decision-tau: 1s }}")


def render_hum(file, seconds):
    """A 50 Hz hum in a little noise: one second of it, repeated, so that it is made quickly."""
    noise = random.Random(1)
    second = array.array("h", (
        int(8000 * math.sin(2 * math.pi * 50 * i / RATE) + noise.gauss(0, 400))
        for i in range(RATE)))
    with open(file, "wb") as out:
        for _ in range(seconds):
            out.write(second.tobytes())


def free_port(address="127.0.0.1"):
    """A port that neither TCP nor UDP uses."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((address, 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]
