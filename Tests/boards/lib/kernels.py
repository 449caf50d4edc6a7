# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels as cross-compile/setup unpacks them: image, device trees, modules."""

import glob
import lzma
import os

from places import CACHE


class Kernel:
    """The kernel, its modules and busybox of one Debian architecture."""

    def __init__(self, architecture):
        self.folder = os.path.realpath(os.path.join(CACHE, "guests", architecture))
        with open(os.path.join(self.folder, "release")) as file:
            self.release = file.read().strip()
        self.image = os.path.join(self.folder, "boot", f"vmlinuz-{self.release}")
        self.busybox = os.path.join(self.folder, "bin/busybox")
        self._modules = os.path.join(self.folder, "lib/modules", self.release)
        self._paths, self._needs = {}, {}
        self._read_dependencies()
        self._built_in = self._read_built_in()

    def device_tree(self, name):
        found = glob.glob(os.path.join(
            self.folder, f"usr/lib/linux-image-{self.release}", "**", name), recursive=True)
        if len(found) != 1:
            raise FileNotFoundError(f"{self.folder}: no single {name}")
        return found[0]

    def load_order(self, names):
        """Names as the kernel has them, dependencies first, each once; built-in ones left out."""
        order = []
        for name in map(plain, names):
            if name in self._built_in:
                continue
            if name not in self._paths:
                raise KeyError(f"kernel {self.release} has no module {name}")
            # depmod lists the nearest dependency first.
            order += [each for each in reversed(self._needs[name]) if each not in order]
            order += [name] if name not in order else []
        return order

    def module(self, name):
        """The bytes of a module, decompressed."""
        path = self._paths[plain(name)]
        with open(path, "rb") as file:
            data = file.read()
        return lzma.decompress(data) if path.endswith(".xz") else data

    def _read_dependencies(self):
        with open(os.path.join(self._modules, "modules.dep")) as lines:
            for line in lines:
                path, _, needs = line.partition(":")
                self._paths[plain(path)] = os.path.join(self._modules, path)
                self._needs[plain(path)] = [plain(each) for each in needs.split()]

    def _read_built_in(self):
        with open(os.path.join(self._modules, "modules.builtin")) as lines:
            return {plain(line.strip()) for line in lines}


def plain(path):
    """`kernel/drivers/i2c/i2c-dev.ko.xz` and `i2c-dev` are `i2c_dev`."""
    return os.path.basename(path).split(".ko")[0].replace("-", "_")
