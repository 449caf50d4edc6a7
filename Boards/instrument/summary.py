# SPDX-License-Identifier: Apache-2.0
"""The summary of one run: what each node saw of the mesh, and the tone it made of it."""

CHANNEL_KEYS = ["meanCoherence", "orderParameter", "lockingIndex", "n", "nEffective",
                "significance", "emergent"]


def summary(states, tone_file):
    nodes = [node(state) for state in states]
    tones = [output for state in states for output in state["outputs"]
             if output["type"] == "speaker"]
    tone = None
    if tones:
        tone = {"file": tone_file}
        tone.update({key: tones[0][key] for key in ("fromFrame", "toFrame", "expectedHertz")})
    return {"nodes": nodes, "tone": tone}


def node(state):
    channel = (state["channels"] or [{}])[0]
    others = [member for member in channel.get("members", []) if not member["self"]]
    result = {"name": state["name"], "profile": state["profile"], "peers": len(state["peers"])}
    result.update({key: channel.get(key) for key in CHANNEL_KEYS})
    result["locking"] = {member["name"]: member["locking"] for member in others}
    result["phaseDegrees"] = {member["name"]: member["phaseDegrees"] for member in others}
    return result


def table(result):
    lines = [f"{'node':8} {'profile':8} peers     C     R     L  n_eff  emergent  locking"]
    for each in result["nodes"]:
        locking = ", ".join(f"{name} {number(value)}" for name, value in each["locking"].items())
        lines.append(
            f"{each['name']:8} {each['profile']:8} {each['peers']:5} "
            f"{number(each['meanCoherence'])} {number(each['orderParameter'])} "
            f"{number(each['lockingIndex'])} {each['nEffective'] or 0:6.1f}  "
            f"{'yes' if each['emergent'] else 'no':8}  {locking}")
    if result["tone"]:
        tone = result["tone"]
        lines.append(f"tone: {tone['file']}, {tone['expectedHertz']:.1f} Hz in frames "
                     f"{tone['fromFrame']} to {tone['toFrame']}")
    return "\n".join(lines)


def number(value):
    return "    -" if value is None else f"{value:5.2f}"
