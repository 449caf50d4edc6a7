# SPDX-License-Identifier: Apache-2.0
"""Applications behind two nodes: what they say to each other, and who is given what."""

import os
import time

from applications import Application, at, figures, pair
from checks import soon
from memories import PUMP, coupling, mesh_of

COMPATIBLE = "/tmp/sym.sock"


def messages(workshop, check):
    """Two nodes, on each an application in each framing: everyone hears the other side."""
    here, there = pair(workshop)
    identity = here.status()["nodeId"]
    with at(here) as lines, at(here, True) as frames, \
            at(there) as far_lines, at(there, True) as far_frames:
        answer = lines.register("lines")
        check(answer == {"type": "registered", "nodeId": identity, "name": "here", "relay": None},
              "register is answered with registered, nodeId, name and relay", answer)
        check(frames.register("frames")["type"] == "registered", "in frames as well")
        far_lines.register("far-lines")
        far_frames.register("far-frames")
        for speaker, name, text in ((lines, "lines", "hello from a line"),
                                    (frames, "frames", "hello from a frame: \u00e4\u6f22")):
            answer = speaker.ask(type="message", content=text, **{
                "from": "someone-else", "fromName": "president", "timestamp": 1})
            check(answer["peers"] == 1, f"{name} is told that one peer was reached", answer)
            event = far_lines.event("message")
            check(event and event["content"] == text and event["from"] == name
                  and event["fromId"] == identity,
                  "the other side's lines are told who said it, and through which node", event)
            frame = far_frames.event("message")
            check(frame and sorted(frame) == ["content", "from", "fromName", "timestamp", "type"]
                  and frame["from"] == identity and frame["fromName"] == name
                  and abs(frame["timestamp"] / 1000 - time.time()) < 60,
                  "its frames are given the frame, from the node and not from a forged id", frame)
        check(far_frames.ask(type="send", message="back")["peers"] == 1, "send works back")
        check(lines.event("message")["content"] == "back"
              and frames.event("message")["content"] == "back", "and reaches both framings")
        check(len(here.peer_names()) == 1 and len(there.peer_names()) == 1,
              "peers see one node, however many applications it has", there.peer_names())
        check("lines" in workshop.run("status", "--state", here.directory).stdout,
              "status names the applications")


def felt_and_shared(workshop, check):
    """Moods and memories of applications: those of the other side are told what its node takes."""
    here, there = mesh_of(workshop, "here", "there")
    with at(here) as speaker, at(there) as lines, at(there, True) as frames:
        speaker.register("speaker")
        lines.register("lines")
        frames.register("frames")

        def moods():
            return [application.event(event, seconds=2) for application, event in (
                (lines, "mood-delivered"), (frames, "mood"))]

        check(speaker.ask(type="mood", mood="calm")["peers"] == 1, "a mood is sent")
        check(moods() == [None, None] and there.counter("moodsIgnored") == 1,
              "a node that knows nothing of the other's mind ignores it")
        speaker.ask(type="remember", content=PUMP)
        lines.ask(type="remember", content=PUMP + " and loud")
        check(soon(20, lambda: coupling(there, here)[0] in ("aligned", "guarded")
                   and coupling(here, there)[0] in ("aligned", "guarded")),
              "what applications remember couples their nodes", coupling(there, here))
        speaker.send(type="mood", mood="calm", context="after tea")
        line, frame = moods()
        check(line and line["mood"] == "calm" and line["from"] == "speaker",
              "now it is told as an event", line)
        check(frame and frame["context"] == "after tea"
              and frame["from"] == here.status()["nodeId"], "and given as a frame", frame)
        key = speaker.ask(type="remember", content="the pump has stopped", tags=["alarm"])["key"]
        for application, event in ((lines, "memory-received"), (frames, "memory-share")):
            found = application.next(
                lambda text, event=event: text.get("data", text).get("key") == key)
            found = found and found.get("data", found)
            check(found and found["content"] == "the pump has stopped" and found["tags"] == ["alarm"]
                  and found["source"] == "here", f"a memory comes as {event}, the node's", found)


def directed(workshop, check):
    """Messages to one peer, to one application by name, and to one on the same node."""
    here, there = pair(workshop)
    with at(here) as asker, at(here) as local, at(there) as coder, at(there) as other:
        asker.register("asker")
        local.register("local")
        coder.register("coder", "zebras quietly grazing")
        other.register("other")
        check(asker.ask(type="message", content="to all of there", to="there")["peers"] == 1,
              "a peer's name is an address")
        check(other.event("message")["content"] == "to all of there", "what it hears is routed")
        for address in ("coder", "there/coder", there.status()["nodeId"] + "/coder"):
            asker.send(type="message", content=f"for {address}", to=address)
            event = coder.event("message")
            check(event and event["content"] == f"for {address}",
                  f"to {address}: it has it, whatever its profile", event)
        asker.ask(type="message", content="between us", to="local")
        check(local.event("message")["content"] == "between us", "one on the same node has it too")
        check(other.event("message", 1) is None, "and nobody else any of these")


def routed(workshop, check):
    """What comes in goes to the profiles it is like, and to those without one when to none."""
    here, there = pair(workshop)
    with at(here) as coder, at(here, True) as music, at(here) as open_one, at(there) as speaker:
        coder.register("coder", "Coding assistant that understands bugs, APIs, debugging")
        music.register("music", "Music player that understands mood, songs, tempo, relaxation")
        open_one.register("open")
        speaker.register("speaker")
        for text in ("the coding assistant should look at this API",
                     "songs with a slow tempo for relaxation", "zebras graze quietly"):
            speaker.ask(type="message", content=text)

        def heard(application):
            texts = []
            while event := application.next(seconds=0.7):
                texts.append(event.get("data", event).get("content"))
            return texts

        found = [heard(application) for application in (coder, music, open_one)]
        check(found[0] == ["the coding assistant should look at this API"],
              "one is given what is like its profile", found)
        check(found[1] == ["songs with a slow tempo for relaxation"], "so is another", found)
        check(found[2] == ["zebras graze quietly"], "the rest goes to one without a profile", found)
        open_one.close()
        check(soon(2, lambda: not figures(here, "open")), "that one leaves")
        speaker.ask(type="message", content="zebras graze quietly")
        check(soon(2, lambda: here.counter("ipcUnrouted") == 1), "or, without one, to nobody")


def dialogue(workshop, check):
    """What applications made for SYM's daemon ask: each request of theirs, by the old socket too."""
    if os.path.exists(COMPATIBLE):
        raise RuntimeError(f"{COMPATIBLE} is in use")
    node = workshop.node("daemon", ear=False, sections=["ipc: { compatibility: true }"]).start()
    with Application(COMPATIBLE) as client:
        client.register("claude-code", "Coding assistant that understands bugs, APIs, debugging")
        answer = client.ask(type="status")
        check(answer["status"]["name"] == "daemon" and answer["status"]["peerCount"] == 0
              and answer["virtualNodes"] == ["claude-code"], "status", answer)
        check(client.ask(type="peers")["peers"] == [], "peers")
        check(client.ask(type="metrics")["metrics"]["framesBad"] == 0, "metrics")
        check("agents" in client.ask(type="catchup"), "catchup")
        check(client.ask(type="listen", categoryWeights={"focus": 1, "mood": 0}), "listen")
        check(client.ask(type="send", message="anyone?")["peers"] == 0, "send")
        answer = client.ask(type="remember", categories={"focus": "the fan hums at night"},
                            tags=["fan"])
        check(answer["key"].startswith("mem_") and "error" not in answer, "remember", answer)
        check("error" in client.ask(type="remember", content="the fan hums at night"),
              "the same words again are told to be known")
        found = client.ask(type="recall", query="fan", limit=5)["results"]
        check([each["content"] for each in found] == ["the fan hums at night"], "recall", found)
        client.send(type="ping")
        check(client.next() == {"type": "pong"}, "ping")
        for text in (b"nonsense\n", b'{"type":"task-create"}\n', b'{"type":"message"}\n', b"\n"):
            client.stream.sendall(text)
        check(client.next(seconds=0.5) is None, "what is unknown is not answered")
        check(figures(node, "claude-code")["dropped"] == 4, "but counted")
        client.stream.sendall(b'{"id":9,"verb":"status"}\n')
        check(client.next()["id"] == 9, "our own requests are answered on the same socket")
    mode = os.stat(COMPATIBLE).st_mode & 0o777
    check(mode == 0o660, "the second socket has the first one's mode", oct(mode))
    check(node.stop()[0] == 0 and not os.path.exists(COMPATIBLE), "it goes with the node")


PARTS = [messages, felt_and_shared, directed, routed, dialogue]
