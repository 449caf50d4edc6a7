# SPDX-License-Identifier: Apache-2.0
"""A microphone through the kernel's sound loopback: phasors, overruns, and a card that goes."""

import time

from checks import soon
from parts import item, reaches

GUEST = "raspi3b"
HUM, RATE = 50, 16000
EAR = (f"{{ id: ear, type: microphone, device: 'hw:CARD=Loopback,DEV=1', rate: {RATE},"
       f" channel: hum, frequency: {HUM} Hz, width: 4 Hz, decision-tau: 1s }}")
DRIVER, CARD = "platform/drivers/snd_aloop", "snd_aloop.0"


def loopback_node(guest):
    guest.insmod("snd-aloop", pcm_substreams=1)
    return guest.node(inputs=[EAR])


def play(guest):
    return guest.spawn(f"rig-tool tone hw:CARD=Loopback,DEV=0 {HUM} {RATE} 0.3", log="/tone.log")


def own(status):
    """The node's own member of its first channel."""
    channels = status.get("channels") or [{"members": [{}]}]
    return next((each for each in channels[0]["members"] if each.get("self")), {})


def hears(guest, node, seconds=25):
    return reaches(guest, node, lambda status: item(status, "inputs", "ear")["state"] == "working"
                   and own(status).get("quality", 0) > 0.8, seconds)


def phasors(guest, check):
    """A hum played into the loopback becomes phasors of high quality, and silence does not"""
    node = loopback_node(guest).start()
    status = node.status()
    check(item(status, "inputs", "ear").get("state") == "working", "the microphone works",
          item(status, "inputs", "ear"))
    check(own(status).get("quality", 1) < 0.2, "silence has no phase", own(status))
    tone = play(guest)
    status = hears(guest, node)
    check(status is not None, "the hum has one", (own(node.status()), node.log()))
    if status:
        member = own(status)
        print(f"        quality {member['quality']:.3f}, coherence {member['coherence']:.3f},"
              f" {item(status, 'inputs', 'ear')['detail']}")
    check(bool(reaches(guest, node, lambda each: own(each).get("coherence", 0) > 0.9)),
          "and its phase is coherent", own(node.status()))
    guest.signal(tone, "KILL")
    quiet = reaches(guest, node, lambda each: own(each).get("quality", 1) < 0.2)
    check(quiet is not None, "when the hum ends the quality falls", own(node.status()))
    check(node.stop() is not False, "the node ends in time", node.log())


def overruns(guest, check):
    """A node stopped for two seconds has lost frames: counted, recovered, and heard again"""
    node = loopback_node(guest).start()
    tone = play(guest)
    check(hears(guest, node) is not None, "the node hears the hum", node.log())
    before = item(node.status(), "inputs", "ear")
    node.signal("STOP")
    time.sleep(2)
    node.signal("CONT")
    after = reaches(guest, node, lambda each: item(each, "inputs", "ear")["recoveries"]
                    > before["recoveries"])
    check(after is not None, "an overrun is counted", (before, node.status().get("inputs")))
    check(hears(guest, node) is not None, "and the hum is heard again", node.log())
    check(item(node.status(), "inputs", "ear").get("failures") == before.get("failures"),
          "without the device having been given up")
    guest.signal(tone, "KILL")
    node.stop()


def card_goes(guest, check):
    """The card is pulled while the node listens: told, survived, and taken back"""
    node = loopback_node(guest).start()
    tone = play(guest)
    check(hears(guest, node) is not None, "the node hears the hum", node.log())
    guest.spawn(f"sh -c 'echo {CARD} >/sys/bus/{DRIVER}/unbind'")
    failed = reaches(guest, node,
                     lambda each: item(each, "inputs", "ear")["state"] == "failed", 10, 0.2)
    check(failed is not None, "the input is failed within seconds", node.status().get("inputs"))
    check(node.alive(), "the node runs on")
    check(bool(soon(10, lambda: not guest.exists("/dev/snd/pcmC0D1c"))), "the card is gone")
    check("ear" in node.log() and "fail" in node.log(), "the log names the input", node.log())
    guest.run(f"kill {tone}")
    guest.bind(DRIVER, CARD)
    tone = play(guest)
    started = time.monotonic()
    back = hears(guest, node, 40)
    check(back is not None, "bound again, the hum is heard again",
          (node.status().get("inputs"), node.log()))
    print(f"        failed as: {item(failed or {}, 'inputs', 'ear').get('detail')};"
          f" back after {time.monotonic() - started:.1f} s")
    guest.signal(tone, "KILL")
    check(node.stop() is not False, "the node ends in time", node.log())
    guest.rmmod("snd-aloop")
    node.start()
    failed = item(node.status(), "inputs", "ear")
    check(failed.get("state") == "failed", "without the module the node starts all the same", failed)
    guest.insmod("snd-aloop", pcm_substreams=1)
    check(bool(reaches(guest, node, lambda each: item(each, "inputs", "ear")["state"] == "working",
                       40)), "and takes the card once the module is in", node.log())
    node.stop()


PARTS = [phasors, overruns, card_goes]
