# SPDX-License-Identifier: Apache-2.0
"""Wrong configurations: what is wrong, the file, the line blamed, and what the message says."""

GOOD = "node: { name: a, profile: zero }\nmesh: { id: home, port: 0, discovery: false }\n"
EAR = "inputs:\n  - id: ear\n    type: microphone\n    device: ear\n"
TONE = "outputs:\n  - id: tone\n    type: speaker\n    device: tone\n"
NEST = "node: " + "[" * 40 + "]" * 40 + "\n"


def head(**changes):
    """The good configuration, one line a key, with some values changed or (None) left out."""
    node = {"name": "a", "profile": "zero"}
    mesh = {"id": "home", "port": "0", "discovery": "false"}
    for key, value in changes.items():
        section = node if key in node else mesh
        section[key.replace("_", "-")] = value
    text = ""
    for name, section in (("node", node), ("mesh", mesh)):
        text += f"{name}:\n" + "".join(
            f"  {key}: {value}\n" for key, value in section.items() if value is not None)
    return text


# (what, text or bytes, line or None, words of the message)
WRONG = [
    ("unknown key, with the nearest", head(prot="7778"), 8, ["mesh.prot", "did you mean port?"]),
    ("unknown section", GOOD + "input: []\n", 3, ["input", "did you mean inputs?"]),
    ("unknown key of an input", GOOD + EAR + "    frequenzy: 50 Hz\n", 7,
     ["inputs[0].frequenzy", "did you mean frequency?"]),
    ("duration in hertz", GOOD + EAR + "    decision-tau: 5 Hz\n", 7,
     ["inputs[0].decision-tau", "5 Hz", "duration such as 200ms"]),
    ("duration without a unit", GOOD + EAR + "    decision-tau: 5\n", 7,
     ["inputs[0].decision-tau", "duration"]),
    ("frequency in kHz", GOOD + EAR + "    frequency: 1 kHz\n", 7,
     ["inputs[0].frequency", "1 kHz", "Hz"]),
    ("rate in seconds", head(pulse_rate="10s"), 8, ["mesh.pulse-rate", "10s", "Hz"]),
    ("pulse rate out of range", head(pulse_rate="1000 Hz"), 8, ["mesh.pulse-rate", "100"]),
    ("packets out of range", head(packets_per_second="5"), 8,
     ["mesh.packets-per-second", "from 10 to"]),
    ("port out of range", head(port="70000"), 6, ["mesh.port", "70000", "from 0 to 65535"]),
    ("port that is a word", head(port="http"), 6, ["mesh.port", "http", "whole number"]),
    ("sample rate out of range", GOOD + EAR + "    rate: 96000\n", 7,
     ["inputs[0].rate", "from 8000 to 48000"]),
    ("level above 1", GOOD + TONE + "    level: 1.5\n", 7, ["outputs[0].level", "1.5"]),
    ("level that is not a number", GOOD + TONE + "    level: nan\n", 7, ["outputs[0].level"]),
    ("level that overflows", GOOD + TONE + "    level: 1e999\n", 7, ["outputs[0].level"]),
    ("no node section", "mesh: { id: home }\n", None, ["node", "missing"]),
    ("no mesh section", "node: { name: a }\n", None, ["mesh", "missing"]),
    ("no mesh id", head(id=None), 5, ["mesh.id", "missing"]),
    ("no name", head(name=None), 2, ["node.name", "missing"]),
    ("empty name", head(name='""'), 2, ["node.name"]),
    ("name of 65 bytes", head(name="x" * 65), 2, ["node.name", "1 to 64"]),
    ("name with a line feed", head(name='"a\\nb"'), 2, ["node.name", "control"]),
    ("mesh id with a space", head(id="my home"), 5, ["mesh.id", "my home", "a-z"]),
    ("no device", GOOD + "inputs:\n  - id: ear\n    type: microphone\n", 4,
     ["inputs[0].device", "missing"]),
    ("no type", GOOD + "inputs:\n  - id: ear\n    device: ear\n", 4,
     ["inputs[0].type", "missing", "microphone"]),
    ("type that does not exist", GOOD + EAR.replace("microphone", "microphon"), 5,
     ["inputs[0].type", "microphon", "did you mean microphone?"]),
    ("profile with a slip", head(profile="zeroo"), 3, ["node.profile", "did you mean zero?"]),
    ("encoder that does not exist", GOOD + EAR + "    encode: analog\n", 7,
     ["inputs[0].encode", "analytic"]),
    ("flag that is neither", head(discovery="maybe"), 7, ["mesh.discovery", "true or false"]),
    ("band upside down", GOOD + EAR + "    band: [60, 40]\n", 7, ["inputs[0].band"]),
    ("band and frequency", GOOD + EAR + "    band: [40, 60]\n    frequency: 50 Hz\n", 7,
     ["inputs[0].band"]),
    ("capture channel that is not there", GOOD + EAR + "    capture-channel: 1\n", 7,
     ["inputs[0].capture-channel"]),
    ("duplicate key", head() + "  id: other\n", 8, ["id", "twice", "line 5"]),
    ("duplicate section", GOOD + "mesh: { id: other }\n", 3, ["mesh", "twice", "line 2"]),
    ("alias", GOOD + "inputs: *all\n", 3, ["alias"]),
    ("anchor", GOOD + "inputs: &all []\n", 3, ["anchor"]),
    ("tab for indentation", "node:\n\tname: a\n", 2, ["tab", "YAML"]),
    ("quote that never ends", GOOD + "inputs: \"[]\n", None, ["YAML"]),
    ("bracket that never ends", GOOD + "inputs: [\n", None, ["YAML"]),
    ("second document", GOOD + "---\nnode: {}\n", 3, ["second document"]),
    ("list for the whole", "- node\n- mesh\n", 1, ["list", "mapping"]),
    ("word for the whole", "taumesh\n", 1, ["mapping"]),
    ("list for a section", "node: [a]\nmesh: { id: home }\n", 1, ["node", "list", "mapping"]),
    ("mapping for a list", GOOD + "inputs: { id: ear }\n", 3, ["inputs", "list"]),
    ("list for a value", head(id="[home]"), 5, ["mesh.id", "text"]),
    ("key that is a list", GOOD + "? [a]\n: b\n", 3, ["key"]),
    ("two inputs of one channel", GOOD + EAR + "    channel: hum\n" + EAR[8:].replace(
        "id: ear", "id: other") + "    channel: hum\n", None, ["inputs", "channel hum"]),
    ("two adapters of one name", GOOD + EAR.replace("id: ear", "id: tone") + TONE, None,
     ["tone", "different ids"]),
    ("17 inputs", GOOD + "inputs:\n" + "".join(
        f"  - {{ id: e{i}, type: microphone, device: x, channel: c{i} }}\n" for i in range(17)),
     None, ["inputs", "16"]),
    ("peer without an address", head(peers='["kitchen.local:7778"]'), 8,
     ["mesh.peers[0]", "address", "192.168.1.20:7778"]),
    ("peer with an impossible address", head(peers='["300.1.1.1:7778"]'), 8, ["mesh.peers[0]"]),
    ("peer with port 0", head(peers='["10.0.0.1:7778", "10.0.0.1:0"]'), 8, ["mesh.peers[1]"]),
    ("address with a port", head(address='"127.0.0.1:1"'), 8, ["mesh.address", "without a port"]),
    ("nesting without end", NEST, 1, ["nested", "16"]),
    ("more values than anyone needs", GOOD + "inputs: [" + "1," * 5000 + "]\n", 3, ["4096"]),
    ("not UTF-8", b"node: { name: \xff\xfe }\n", 1, ["UTF-8"]),
    ("UTF-16", "node: { name: a }\n".encode("utf-16"), 1, ["YAML"]),
    ("zero bytes", bytes(64), 1, ["YAML"]),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4, 1, ["YAML"]),
    ("1 MB of comment", b"# x\n" * 262144, None, ["larger", "65536"]),
    ("nothing at all", b"", None, ["node", "missing"]),
]
