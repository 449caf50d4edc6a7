# SPDX-License-Identifier: Apache-2.0
"""A virtual camera whose light swings: phasors, lost frames, held gain, and a camera that goes."""

import time

from checks import soon
from parts import item, reaches

GUEST = "amd64"
LIMIT = 360
RHYTHM = 1  # Hz
AUTOMATIC_GAIN = "0x00980912"  # V4L2_CID_AUTOGAIN
EYE = ("{ id: eye, type: camera, device: vivid, size: [320, 180], rate: 10, channel: light,"
       f" frequency: {RHYTHM} Hz }}")
DRIVER, CAMERA = "platform/drivers/vivid", "vivid.0"


def camera_node(guest):
    guest.insmod("vivid", n_devs=1, node_types="0x1")
    soon(10, lambda: guest.exists("/dev/video0"))
    return guest.node(inputs=[EYE])


def light(guest):
    return guest.spawn(f"rig-tool light /dev/video0 {RHYTHM} 40", log="/light.log")


def own(status):
    channels = status.get("channels") or [{"members": [{}]}]
    return next((each for each in channels[0]["members"] if each.get("self")), {})


# Noise has a quality of 1/4. Both the camera and the light are late by turns on a busy machine.
def sees(guest, node, seconds=40):
    return reaches(guest, node, lambda status: item(status, "inputs", "eye").get("state") == "working"
                   and own(status).get("quality", 0) > 0.45, seconds)


def readings(status):
    return {each["name"]: each["value"] for each in item(status, "inputs", "eye").get("readings", [])}


def phasors(guest, check):
    """Light that swings becomes phasors, gain is held meanwhile and restored, still light has none"""
    node = camera_node(guest)
    before = guest.do(f"rig-tool control /dev/video0 {AUTOMATIC_GAIN}").strip()
    node.start()
    check(item(node.status(), "inputs", "eye").get("state") == "working", "the camera works",
          (node.status().get("inputs"), node.log()))
    time.sleep(8)
    check(own(node.status()).get("quality", 1) < 0.3, "still light has no phase", own(node.status()))
    swing = light(guest)
    status = sees(guest, node)
    check(status is not None, "light that swings has one", (node.status(), node.log()))
    if status:
        print(f"        quality {own(status)['quality']:.3f},"
              f" {item(status, 'inputs', 'eye')['detail']}; {readings(status)}")
    coherent = reaches(guest, node, lambda each: own(each).get("coherence", 0) > 0.9, 30)
    check(coherent is not None, "and its phase is coherent", own(node.status()))
    held = guest.do(f"rig-tool control /dev/video0 {AUTOMATIC_GAIN}").strip()
    check((before, held) == ("1", "0"), "the automatic gain is off while the node runs", (before, held))
    guest.signal(swing, "KILL")
    check(node.stop() is not False, "the node ends in time", node.log())
    after = guest.do(f"rig-tool control /dev/video0 {AUTOMATIC_GAIN}").strip()
    check(after == before, "and as it was before afterwards", (before, after))


def lost_frames(guest, check):
    """A node stopped for two seconds has lost frames: counted, and the rhythm is seen again"""
    node = camera_node(guest).start()
    swing = light(guest)
    check(sees(guest, node) is not None, "the node sees the rhythm", node.log())
    before = readings(node.status()).get("lost frames", 0)
    node.signal("STOP")
    time.sleep(2)
    node.signal("CONT")
    after = reaches(guest, node, lambda each: readings(each).get("lost frames", 0) > before + 4)
    check(after is not None, "frames are counted as lost", readings(node.status()))
    check(sees(guest, node) is not None, "and the rhythm is seen again", node.log())
    check(item(node.status(), "inputs", "eye").get("failures") == 0, "without the camera given up")
    guest.signal(swing, "KILL")
    node.stop()


def camera_goes(guest, check):
    """The camera is pulled while the node looks: told, survived, and found again by its name"""
    node = camera_node(guest).start()
    swing = light(guest)
    check(sees(guest, node) is not None, "the node sees the rhythm", node.log())
    guest.spawn(f"sh -c 'echo {CAMERA} >/sys/bus/{DRIVER}/unbind'")
    failed = reaches(guest, node, lambda each: item(each, "inputs", "eye").get("state") == "failed",
                     10, 0.2)
    check(failed is not None, "the input is failed within seconds", node.status().get("inputs"))
    check(node.alive(), "the node runs on")
    guest.run(f"kill {swing}")
    check(bool(soon(10, lambda: not guest.run("ls /sys/class/video4linux/video0").ok)),
          "the camera is gone")
    guest.bind(DRIVER, CAMERA)
    started = time.monotonic()
    check(bool(reaches(guest, node, lambda each: item(each, "inputs", "eye").get("state")
                       == "working", 40)), "bound again it is found again", node.log())
    swing = light(guest)
    check(sees(guest, node) is not None, "and the rhythm is seen again",
          (node.status().get("inputs"), node.log()))
    print(f"        failed as: {item(failed or {}, 'inputs', 'eye').get('detail')};"
          f" back after {time.monotonic() - started:.1f} s")
    guest.run(f"kill {swing}")
    check(node.stop() is not False, "the node ends in time", node.log())
    guest.rmmod("vivid")
    node.start()
    check(item(node.status(), "inputs", "eye").get("state") == "failed",
          "without the module the node starts all the same", node.status().get("inputs"))
    guest.insmod("vivid", n_devs=1, node_types="0x1")
    check(bool(reaches(guest, node, lambda each: item(each, "inputs", "eye").get("state")
                       == "working", 40)), "and takes the camera once the module is in", node.log())
    node.stop()


PARTS = [phasors, lost_frames, camera_goes]
