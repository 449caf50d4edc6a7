# SPDX-License-Identifier: Apache-2.0
"""A running guest as a check sees it: commands inside, registers and devices from outside."""

import base64
import os
import shlex
import shutil
import tempfile

import device_trees
import feed
import helper
from agent import Agent
from definitions import GUESTS, PERIPHERALS
from initramfs import Initramfs
from kernels import Kernel
from machine import Machine
from monitor import Monitor, TestSocket
from node import GuestNode
from places import GUEST_FILES, binary
from system_timer import SystemTimer


class Guest:
    """Started on construction, usable after `boot`; `close` ends it. Whatever it is asked raises
    GuestFailure when the guest fails, with the tail of its console."""

    CHUNK = 1500  # bytes of a file that one command carries

    def __init__(self, name, limit=300, lan=None, index=2, forward=None):
        self.definition, self.name = GUESTS[name], name
        self.kernel = Kernel(self.definition.architecture)
        self.folder = tempfile.mkdtemp(prefix=f"taumesh-{name}-")
        self.address = None if lan is None else lan.address(index)
        self._nodes, self._spawned, self.kept = 0, [], {}
        self._lan, self._has_network = lan, lan is not None or forward is not None
        prefix, network = [], [] if forward is None else forwarding(self.definition, forward)
        if lan is not None:
            prefix, network = lan.attach(self.definition, index)
        self.machine = Machine(name, self.folder, self._command() + network, limit, prefix)

    def boot(self):
        """Waits until the guest takes commands, and inserts what its definition names."""
        self._lines = TestSocket(self.machine.wait_for_socket("qtest"))
        if self.definition.has_system_timer:
            self._timer = SystemTimer(self._lines)
        self.agent = Agent(self.machine, self.definition.boot_limit)
        self.monitor = Monitor(self.machine.path("qmp"))
        self.boot_seconds = self.machine.seconds()
        print(f"{self.name}: kernel {self.kernel.release}, up after {self.boot_seconds:.1f} s",
              flush=True)
        for module in self.definition.boot_modules:
            self.insmod(module)
        if self._has_network:
            self._join(self.address or "10.0.2.15")
        return self

    # Inside.

    def run(self, command, timeout=20):
        """Runs a shell command: `.status`, `.output`, `.ok`. Ended after `timeout` s (status 137)."""
        return self.agent.run(command, timeout)

    def do(self, command, timeout=20):
        """Runs a command that has to succeed; what it printed, stripped."""
        done = self.run(command, timeout)
        if not done.ok:
            raise self.machine.failure(f"`{command}`: status {done.status}: {done.output[-600:]}")
        return done.output.strip()

    def spawn(self, command, log="/dev/null"):
        """Starts a command in the background: its process id. Its output goes to the file `log`."""
        pid = int(self.do(
            f"setsid sh -c {shlex.quote('exec ' + command)} >>{log} 2>&1 </dev/null & echo $!"))
        self._spawned.append(pid)
        return pid

    def clean(self):
        """Ends what was started, after each part of a check."""
        pids, self._spawned = self._spawned, []
        if pids and self.machine.alive():
            self.run(f"kill -KILL {' '.join(map(str, pids))} 2>/dev/null; usleep 200000")

    def leave(self, command):
        """Runs a command that ends the guest: no answer is waited for."""
        self.agent.leave(command)

    def signal(self, pid, name):
        """`name`: KILL, STOP, CONT, TERM."""
        self.do(f"kill -{name} {pid}")

    def read(self, path):
        return self.do(f"cat {path}")

    def put(self, path, data):
        """Writes a file; for a few KiB, as it travels over a serial line."""
        data = data.encode() if isinstance(data, str) else data
        self.do(f"mkdir -p {os.path.dirname(path) or '/'}; : >{path}")
        for start in range(0, len(data), self.CHUNK):
            text = base64.b64encode(data[start:start + self.CHUNK]).decode()
            self.do(f"echo {text} | base64 -d >>{path}")

    def exists(self, path):
        return self.run(f"test -e {path}").ok

    def insmod(self, name, **parameters):
        """Inserts a module after those it needs; the parameters are its own."""
        *needed, last = self.kernel.load_order([name]) or [None]
        if last is None:
            return
        words = " ".join(f"{key}={value}" for key, value in parameters.items())
        steps = [f"[ -d /sys/module/{each} ] || insmod /modules/{each}.ko" for each in needed]
        steps += [f"[ -d /sys/module/{last} ] || insmod /modules/{last}.ko {words}"]
        self.do("set -e; " + "; ".join(steps), 60)

    def rmmod(self, name):
        self.do(f"rmmod {name.replace('-', '_')}", 30)

    def unbind(self, driver, device):
        """Takes a device from its driver: unbind("platform/drivers/i2c-bcm2835", "3f804000.i2c")."""
        self.do(f"echo {device} >/sys/bus/{driver}/unbind", 30)

    def bind(self, driver, device):
        self.do(f"echo {device} >/sys/bus/{driver}/bind", 30)

    def i2c_bus(self, name):
        """Number of the I²C bus whose adapter's name holds `name`, such as "SMBus stub"."""
        found = self.do(f"grep -l '{name}' /sys/bus/i2c/devices/i2c-*/name | head -n 1")
        return int(found.split("/i2c-")[1].split("/")[0])

    def i2c_write(self, bus, address, registers, word=False):
        """Writes {register: value} with SMBus transfers of a byte, or of a word (low byte first)."""
        size = "w" if word else "b"
        commands = [f"i2cset -y {bus} {address:#x} {register:#x} {value:#x} {size}"
                    for register, value in registers.items()]
        for start in range(0, len(commands), 20):
            self.do(" && ".join(commands[start:start + 20]), 60)

    def i2c_read(self, bus, address, register, word=False):
        return int(self.do(f"i2cget -y {bus} {address:#x} {register:#x} {'w' if word else 'b'}"), 16)

    def node(self, name=None, **settings):
        """A node that is configured, not started: see GuestNode."""
        self._nodes += 1
        return GuestNode(self, name or f"{self.name}-{self._nodes}", **settings)

    def same_node(self, name, **settings):
        """A node that several parts share, with new settings: its guard knows the last one's."""
        if name in self.kept:
            self.kept[name].configure(**settings)
        else:
            self.kept[name] = self.node(name, **settings)
        return self.kept[name]

    # From outside.

    def read_word(self, address):
        """A 32-bit word of memory or of a device's registers."""
        return self._lines.read_word(address)

    def write_word(self, address, value):
        self._lines.write_word(address, value)

    def qom_set(self, path, name, value):
        """qom_set("/machine/peripheral/t0", "temperature", 31500), in m°C."""
        self.monitor.execute("qom-set", path=path, property=name, value=value)

    def gpio_level(self, line):
        """Level of a line of the SoC's header, from GPLEV0/1. Raspberry Pi guests only."""
        address = PERIPHERALS[self.name] + 0x200034 + 4 * (line // 32)
        return self.monitor.words(address, 1)[0] >> line % 32 & 1

    def gpio_function(self, line):
        """0: input, 1: output, others: alternate functions, from GPFSEL0…5."""
        address = PERIPHERALS[self.name] + 0x200000 + 4 * (line // 10)
        return self.monitor.words(address, 1)[0] >> 3 * (line % 10) & 7

    def set_input(self, line, level):
        """Drives an input of the `virt` guest's PL061, gpiochip0."""
        if not hasattr(self, "_pl061"):
            self._pl061 = self.monitor.find("pl061")[0]
        self._lines.set_line(self._pl061, line, level)

    def close(self, keep=False):
        self.machine.kill()
        if keep:
            print(f"console and logs of {self.name} are in {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Booting.

    def _command(self):
        definition = self.definition
        initramfs = os.path.join(self.folder, "initramfs")
        self._build_initramfs().write(initramfs)
        # An emulator that waits for a processor of the host is no kernel that has locked up.
        words = (f"console={definition.console},115200 agent={definition.agent} rdinit=/init"
                 f" panic=-1 nosoftlockup loglevel=5 {definition.kernel_words}")
        command = [definition.emulator, "-accel", "tcg",
                   *(word.format(folder=self.folder) for word in definition.machine),
                   "-kernel", self.kernel.image, "-initrd", initramfs, "-append", words]
        if definition.device_tree:
            command += ["-dtb", device_trees.patched(
                self.kernel.device_tree(definition.device_tree),
                os.path.join(self.folder, "device-tree"), definition.enable)]
        return command

    def _build_initramfs(self):
        archive = Initramfs()
        archive.folder("dev")
        archive.copy("init", os.path.join(GUEST_FILES, "init"), 0o755)
        archive.copy("bin/busybox", self.kernel.busybox, 0o755)
        archive.copy("bin/taumesh", binary(self.definition.board), 0o755)
        archive.copy("bin/rig-tool", helper.build(self.definition.board), 0o755)
        archive.copy_tree("usr/share/alsa", "/usr/share/alsa")
        archive.file("feed/50.raw", feed.hum(50))
        archive.file("etc/passwd", b"root:x:0:0:root:/:/bin/sh\n")
        archive.file("etc/group", b"root:x:0:\n")
        for module in self.kernel.load_order(self.definition.modules):
            archive.file(f"modules/{module}.ko", self.kernel.module(module))
        return archive

    def _join(self, address):
        for module in self.definition.network_modules:
            self.insmod(module)
        self.do("for i in $(seq 200); do [ -e /sys/class/net/eth0 ] && break; usleep 100000; done;"
                f" ip link set eth0 up && ip addr add {address}/24 dev eth0 &&"
                " ip route add 224.0.0.0/4 dev eth0", 40)


def forwarding(definition, port):
    """QEMU's own network: the host's port of that number, on 127.0.0.1, is the guest's; the guest
    reaches the host as 10.0.2.2."""
    device = [word.format(mac="52:54:00:00:00:02") for word in definition.network]
    return ["-netdev", f"user,id=lan,hostfwd=tcp:127.0.0.1:{port}-:{port},"
            f"hostfwd=udp:127.0.0.1:{port}-:{port}", *device]
