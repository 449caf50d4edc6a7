# SPDX-License-Identifier: Apache-2.0
"""What is checked in more than one guest."""

from checks import soon


def node_runs(guest, check):
    """The board's binary on its own kernel: self-test, init, run, status, a clean end"""
    selftest = guest.run("taumesh selftest", 60)
    check(selftest.ok, f"self-test: {selftest.output.strip().splitlines()[-1:]}", selftest.output)
    node = guest.node().start()
    status = node.status()
    check(status.get("name") == node.name, "the node answers `taumesh status --json`", status)
    check(node.alive(), "and runs")
    took = node.stop(seconds=10)
    check(took is not False, "SIGTERM ends it", node.log())
    check(bool(soon(2, lambda: "stop" in node.log())), "and its log says so", node.log())


def reaches(guest, node, wanted, seconds=15, every=0.5):
    """Waits until `wanted(status)` is true: the status, or None."""
    found = {}

    def look():
        found["status"] = node.status()
        return bool(found["status"]) and wanted(found["status"])

    return found["status"] if soon(seconds, look, every) else None


def item(status, section, name):
    """The input or output of that id in a status."""
    return next((each for each in status.get(section, []) if each["id"] == name), {})
