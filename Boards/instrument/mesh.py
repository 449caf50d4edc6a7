# SPDX-License-Identifier: Apache-2.0
"""Three nodes on this machine: their feeds, sound devices, configurations and processes."""

import json
import os
import signal
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EMULATORS = {
    "zero": ["qemu-arm", "-cpu", "arm1176"],
    "pi2": ["qemu-arm", "-cpu", "cortex-a7"],
    "pi4": ["qemu-aarch64", "-cpu", "cortex-a72"],
}
RATE = 16000
CHANNEL = {"frequency": "50 Hz", "width": "4 Hz", "poles": 2, "decision-tau": "5s"}


class Mesh:
    """The processes of one run, from rendering their feeds to stopping them."""

    def __init__(self, options, directory, names, profiles):
        self.options, self.directory = options, os.path.abspath(directory)
        self.names, self.profiles = names, profiles
        self.processes = []
        self.renderer = None
        self.frame_zero = 0.0
        self.tone_file = os.path.join(self.directory, "tone.wav")

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    # Preparation

    def prepare(self):
        """Renders the feeds and gives every node its sound devices and its keys."""
        self._render()
        self._sound_devices()
        first = self.path(self.names[0])
        self._run(0, "init", "--state", first, "--name", self.names[0], "--mesh", "instrument")
        invitation = self._run(0, "invite", "--state", first).strip().splitlines()[0]
        for index, name in enumerate(self.names[1:], start=1):
            self._run(index, "init", "--state", self.path(name), "--name", name,
                      "--join", invitation)
        self.ports = free_ports(len(self.names))

    def _render(self):
        """Renders the feeds; a run without end gets an hour of them, rendered as it goes."""
        options = self.options
        seconds = (options.seconds or 3600) + 2
        command = [os.path.join(ROOT, "Boards/instrument/render-feeds"),
                   "--seconds", str(seconds), "--seed", str(options.seed),
                   "--rate", str(RATE), "--output", self.path("feeds")]
        command += ["--all-hum"] if options.all_hum else []
        command += ["--no-hum"] if options.no_hum else []
        command += ["--delay-ms", f"{self.names[1]}:{options.delay}"] if options.delay else []
        if options.seconds:
            run(command)
            return
        self.renderer = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, start_new_session=True)
        time.sleep(3)

    def _sound_devices(self):
        """Microphones that read the feeds and a speaker that writes a WAV file, as ALSA PCMs."""
        text = "</usr/share/alsa/alsa.conf>\n"
        for name in self.names:
            feed = self.path("feeds", f"{name}.raw")
            text += (f'pcm.mic_{name.replace("-", "_")} {{ type file slave.pcm null '
                     f'file /dev/null infile "{feed}" format raw }}\n')
        text += f'pcm.tone {{ type file slave.pcm null file "{self.tone_file}" format wav }}\n'
        with open(self.path("alsa.conf"), "w") as file:
            file.write(text)

    def _configuration(self, index):
        name = self.names[index]
        peers = [f'"127.0.0.1:{port}"' for i, port in enumerate(self.ports) if i != index]
        lines = [
            f"node: {{ name: {name}, profile: {self.profiles[index]} }}",
            "mesh:",
            "  id: instrument",
            "  address: 127.0.0.1",
            f"  port: {self.ports[index]}",
            "  discovery: false",
            f"  peers: [{', '.join(peers)}]",
            "inputs:",
            f"  - id: ear",
            f"    type: microphone",
            f"    device: mic_{name.replace('-', '_')}",
            f"    rate: {RATE}",
            f"    channel: hum",
            f"    encode: analytic",
            f"    start-at: {int(self.frame_zero * 1e9)}",
        ]
        lines += [f"    {key}: {value}" for key, value in CHANNEL.items()]
        if index == 0:
            lines += ["outputs:", "  - id: tone", "    type: speaker", "    device: tone",
                      "    channel: hum", f"    mapping: {self.options.mapping}"]
        return "\n".join(lines) + "\n"

    # Processes

    def program(self, index):
        """The command that runs node `index`: native, or the board's own under emulation."""
        board = self.options.board if index == 0 else "server"
        binary = os.path.join(ROOT, ".build/boards", board, "taumesh")
        return EMULATORS.get(board, []) + [binary]

    def _run(self, index, *words):
        return run(self.program(index) + list(words))

    def start(self, settle):
        self.frame_zero = time.clock_gettime(time.CLOCK_MONOTONIC) + settle
        environment = dict(os.environ, ALSA_CONFIG_PATH=self.path("alsa.conf"))
        for index, name in enumerate(self.names):
            with open(self.path(name, "taumesh.yaml"), "w") as file:
                file.write(self._configuration(index))
        for index, name in enumerate(self.names):
            words = ["run", "--state", self.path(name)]
            if index == 0 and self.options.record:
                words += ["--record", os.path.abspath(self.options.record)]
            with open(self.path(name, "log"), "w") as log:
                self.processes.append(subprocess.Popen(
                    self.program(index) + words,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment))

    def check_alive(self):
        for name, process in zip(self.names, self.processes):
            if process.poll() is not None:
                with open(self.path(name, "log")) as log:
                    tail = log.read()[-2000:]
                raise RuntimeError(f"{name} ended with status {process.returncode}:\n{tail}")

    def states(self):
        """What every node says of itself and of the mesh."""
        self.check_alive()
        return [json.loads(self._run(1, "status", "--json", "--state", self.path(name)))
                for name in self.names]

    def line(self):
        """One line of plain text with what the first node sees."""
        try:
            state = json.loads(self._run(1, "status", "--json", "--state",
                                         self.path(self.names[0])))
        except RuntimeError as error:
            return str(error)
        channels = state["channels"] or [{}]
        channel = channels[0]
        word = "emergent" if channel.get("emergent") else "not emergent"
        number = lambda key: "-" if channel.get(key) is None else f"{channel[key]:.3f}"
        return (f"peers {len(state['peers'])}  C {number('meanCoherence')}  "
                f"R {number('orderParameter')}  L {number('lockingIndex')}  {word}")

    def watch_live(self, end):
        command = self.program(1) + ["watch", "--state", self.path(self.names[0])]
        timeout = None if end is None else max(0.1, end - time.monotonic())
        viewer = subprocess.Popen(command)
        try:
            viewer.wait(timeout)
        except subprocess.TimeoutExpired:
            pass
        finally:
            viewer.terminate()
            viewer.wait()

    def stop(self):
        for process in self.processes:
            process.terminate()
        for name, process in zip(self.names, self.processes):
            if process.wait(5) != 0:
                raise RuntimeError(f"{name} stopped with status {process.returncode}")
        self.processes = []

    def kill(self):
        if self.renderer and self.renderer.poll() is None:
            # It renders in processes of its own.
            os.killpg(self.renderer.pid, signal.SIGKILL)
            self.renderer.wait()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def run(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        words = " ".join(os.path.basename(word) for word in command[:4])
        raise RuntimeError(f"{words} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
