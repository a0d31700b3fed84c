"""Stands in for systemd: binds a socket for datagrams and prints each message as a line of JSON."""
import array
import json
import os
import socket
import sys

path = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(path)
print(json.dumps("bound"), flush=True)
while True:
    data, ancillary, _, _ = listener.recvmsg(65536, socket.CMSG_SPACE(64))
    print(json.dumps(data.decode("utf-8")), flush=True)
    for level, kind, body in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors = array.array("i")
            descriptors.frombytes(body[: len(body) - len(body) % descriptors.itemsize])
            # the sender waits until its barrier is closed
            for descriptor in descriptors:
                os.close(descriptor)
