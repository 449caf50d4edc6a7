# SPDX-License-Identifier: Apache-2.0
"""A camera through Video4Linux: the rhythm of its brightness, and its unplugging."""

from checks import soon
from parts import item, reaches

GUEST = "raspi3b"
HERTZ = 0.5  # slow, and few frames: the emulation loses some when the host is busy
EYE = ("{ id: eye, type: camera, device: /dev/video0, size: [320, 180], rate: 5, channel: light,"
       f" encode: brightness, frequency: {HERTZ} Hz, width: 0.3 Hz }}")
DRIVER, CAMERA = "platform/drivers/vivid", "vivid.0"


def own(status):
    channels = status.get("channels") or [{"members": [{}]}]
    return next((each for each in channels[0]["members"] if each.get("self")), {})


def sees(guest, node, seconds=60):
    return reaches(guest, node, lambda status: item(status, "inputs", "eye")["state"] == "working"
                   and own(status).get("quality", 0) > 0.6, seconds)


def camera(guest):
    guest.insmod("vivid", n_devs=1, node_types="0x1")
    soon(10, lambda: guest.exists("/dev/video0"))


def phasors(guest, check):
    """Brightness that swings once a second becomes phasors of high quality"""
    camera(guest)
    node = guest.node(inputs=[EYE]).start()
    check(item(node.status(), "inputs", "eye").get("state") == "working", "the camera works",
          (node.status().get("inputs"), node.log()))
    swing = guest.spawn(f"rig-tool light /dev/video0 {HERTZ} 80", log="/swing.log")
    status = sees(guest, node)
    check(status is not None, "the rhythm has a phase",
          (own(node.status()), node.status().get("inputs"), guest.run("cat /swing.log").output))
    print(f"        quality {own(status or {}).get('quality')},"
          f" {item(status or {}, 'inputs', 'eye')}")
    guest.signal(swing, "KILL")
    check(reaches(guest, node, lambda each: own(each).get("quality", 1) < 0.3, 30) is not None,
          "light that stands still has none", own(node.status()))
    check(node.stop() is not False, "the node ends in time", node.log())


def unplugged(guest, check):
    """The camera is pulled while the node looks, and plugged in again"""
    camera(guest)
    node = guest.node(inputs=[EYE]).start()
    check(reaches(guest, node, lambda each: item(each, "inputs", "eye")["state"] == "working")
          is not None, "the camera works", node.log())
    guest.spawn(f"sh -c 'echo {CAMERA} >/sys/bus/{DRIVER}/unbind'")
    failed = reaches(guest, node, lambda each: item(each, "inputs", "eye")["state"] == "failed",
                     15, 0.2)
    check(failed is not None, "the input is failed", node.status().get("inputs"))
    print(f"        {item(failed or {}, 'inputs', 'eye').get('detail')}")
    check(node.alive(), "the node runs on")
    check("eye" in node.log(), "the log names the input", node.log())
    check(bool(soon(15, lambda: not guest.exists("/dev/video0"))), "the camera is gone")
    guest.bind(DRIVER, CAMERA)
    check(reaches(guest, node, lambda each: item(each, "inputs", "eye")["state"] == "working", 40)
          is not None, "bound again it works again", (node.status().get("inputs"), node.log()))
    check(node.stop() is not False, "the node ends in time", node.log())


PARTS = [phasors, unplugged]
