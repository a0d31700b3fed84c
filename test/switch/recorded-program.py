#!/usr/lib/fake-eos/python3 -IS
"""A program of a fake switch: the test process records the call and says what comes of it."""

import base64
import json
import os
import socket
import sys

line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
line.connect("/run/fake-eos.sock")
call = {"program": os.path.basename(sys.argv[0]), "arguments": sys.argv[1:]}
line.sendall(json.dumps(call).encode())
line.shutdown(socket.SHUT_WR)
answer = json.loads(line.makefile("rb").read().decode())
for number, name in ((1, "stdout"), (2, "stderr")):
    left = base64.b64decode(answer[name])
    while left:
        left = left[os.write(number, left) :]
sys.exit(answer["code"])
