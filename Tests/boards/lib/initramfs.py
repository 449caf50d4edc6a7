# SPDX-License-Identifier: Apache-2.0
"""Writes an initramfs: a cpio archive in the `newc` form, uncompressed, for unpacking costs more in
emulation than reading."""

import os
import stat


class Initramfs:
    def __init__(self):
        self._entries = {}

    def folder(self, path):
        if path and path not in self._entries:
            self.folder(os.path.dirname(path))
            self._entries[path] = (stat.S_IFDIR | 0o755, b"")

    def file(self, path, data, mode=0o644):
        path = path.strip("/")
        self.folder(os.path.dirname(path))
        self._entries[path] = (stat.S_IFREG | mode, data)

    def link(self, path, target):
        path = path.strip("/")
        self.folder(os.path.dirname(path))
        self._entries[path] = (stat.S_IFLNK | 0o777, target.encode())

    def copy(self, path, source, mode=0o644):
        with open(source, "rb") as file:
            self.file(path, file.read(), mode)

    def copy_tree(self, path, source):
        for folder, _, names in os.walk(source):
            for name in names:
                file = os.path.join(folder, name)
                if os.path.isfile(file):
                    self.copy(os.path.join(path, os.path.relpath(file, source)), file)

    def write(self, path):
        with open(path, "wb") as out:
            for number, (name, (mode, data)) in enumerate(self._entries.items(), 1):
                _write_entry(out, number, name, mode, data)
            _write_entry(out, 0, "TRAILER!!!", 0, b"")


def _write_entry(out, number, name, mode, data):
    encoded = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0)
    out.write(b"070701" + b"".join(b"%08X" % field for field in fields))
    out.write(encoded + bytes(-(110 + len(encoded)) % 4))
    out.write(data + bytes(-len(data) % 4))
