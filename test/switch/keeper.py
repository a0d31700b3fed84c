"""Process 1 of a fake switch: keeps its namespaces alive and passes on what is sent to /dev/log.

When its standard input ends, it does too, and the kernel ends everything on the switch with it: also
when the test process was killed. One JSON object a line on standard output.
"""

import json
import os
import select
import signal
import socket
import sys


def tell(**what):
    os.write(1, (json.dumps(what) + "\n").encode())


def pass_on(log):
    while True:
        try:
            datagram = log.recv(65536)
        except BlockingIOError:
            return
        tell(syslog=datagram.decode("latin-1"))


def main(outer_pid, words):
    # nobody waits for what a script leaves behind
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.setblocking(False)
    if "without-syslog" not in words:
        log.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
    tell(pid=outer_pid)
    while True:
        ready = select.select([0, log] if "without-syslog" not in words else [0], [], [])[0]
        pass_on(log)
        if 0 in ready:
            asked = os.read(0, 4096)
            if not asked:
                return
            # all that was sent before the question has been passed on above
            for _ in asked.splitlines():
                tell(drained=True)


main(int(sys.argv[1]), sys.argv[2:])
