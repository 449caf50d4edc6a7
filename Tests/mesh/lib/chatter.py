# SPDX-License-Identifier: Apache-2.0
"""An application as a process of its own, to be killed or to be another user's.

Usage: chatter.py SOCKET NAME FRAMED [once]   Registers, says so, and talks until it is killed.
"""

import sys
import time

from applications import Application

path, name, framed = sys.argv[1:4]
try:
    application = Application(path, framed == "1")
    answer = application.register(name)
except OSError:
    answer = None
print(answer["type"] if answer else "refused", flush=True)
while answer and len(sys.argv) == 4:
    application.send(type="message", content="I am here")
    time.sleep(0.05)
