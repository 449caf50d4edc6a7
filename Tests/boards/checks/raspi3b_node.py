# SPDX-License-Identifier: Apache-2.0
"""The pi4 binary on the kernel of a Raspberry Pi 3."""

from parts import node_runs

GUEST = "raspi3b"
PARTS = [node_runs]
