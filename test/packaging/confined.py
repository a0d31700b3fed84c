"""Runs a program under what a unit of systemd says, as far as a kernel does it without systemd.

    unshare --mount --propagation private python3 confined.py '{"UMask": …}' -- PROGRAM …

In the JSON: keys of the unit's [Service], and `uid`, `gid`, `writable` (a list of folders). Done are ProtectSystem=strict (/tmp
is read-only too), NoNewPrivileges, CapabilityBoundingSet (an empty one), RestrictAddressFamilies, SystemCallFilter,
SystemCallErrorNumber and UMask.
"""
import ctypes
import errno
import json
import os
import socket
import subprocess
import sys

MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
ALLOW, ERRNO, EQUAL = 0x7FFF0000, 0x00050000, 4

libc = ctypes.CDLL("libc.so.6", use_errno=True)
seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p


class Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    ]


def syscall_sets():
    command = ["systemd-analyze", "syscall-filter", "--no-pager"]
    text = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL)
    sets = {}
    for line in text.splitlines():
        if line.startswith("@"):
            members = sets.setdefault(line.strip(), [])
        elif not line.startswith(" "):
            # calls that no set has
            members = []
        elif not line.strip().startswith("#"):
            members.append(line.strip())
    return sets


def expand(words, sets):
    for word in words:
        if word.startswith("@"):
            yield from expand(sets[word], sets)
        else:
            yield word


def load(default, rules):
    context = ctypes.c_void_p(seccomp.seccomp_init(default))
    for action, name, comparisons in rules:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        # calls of other processors
        if number < 0:
            continue
        array = (Comparison * max(1, len(comparisons)))(*comparisons)
        result = seccomp.seccomp_rule_add_array(context, action, number, len(comparisons), array)
        if result != 0:
            sys.exit(f"{name}: {os.strerror(-result)}")
    result = seccomp.seccomp_load(context)
    if result != 0:
        sys.exit(f"the filter was not taken: {os.strerror(-result)}")


def mount(source, target, flags):
    if libc.mount(source.encode(), target.encode(), None, flags, None) != 0:
        return os.strerror(ctypes.get_errno())
    return None


unit = json.loads(sys.argv[1])
command = sys.argv[sys.argv.index("--") + 1 :]

if unit["ProtectSystem"] != "strict":
    sys.exit("ProtectSystem is not strict")
for folder in unit["writable"]:
    mount(folder, folder, MS_BIND)
with open("/proc/self/mountinfo", encoding="utf-8") as lines:
    points = [line.split()[4].replace("\\040", " ") for line in lines]
for point in points:
    if point in unit["writable"] or point.split("/")[1] in ("proc", "sys", "dev"):
        continue
    refused = mount("none", point, MS_REMOUNT | MS_BIND | MS_RDONLY)
    if refused and point == "/":
        sys.exit(f"/ stays writable: {refused}")

if unit["NoNewPrivileges"] != "yes" or unit["CapabilityBoundingSet"] != "":
    sys.exit("the unit gives privileges")
for capability in range(64):
    libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
os.setgroups([])
os.setgid(unit["gid"])
os.setuid(unit["uid"])
os.umask(int(unit["UMask"], 8))

calls = sorted(set(expand(unit["SystemCallFilter"].split(), syscall_sets())))
families = {getattr(socket, name).value for name in unit["RestrictAddressFamilies"].split()}
load(
    ALLOW,
    [
        (ERRNO | errno.EAFNOSUPPORT, "socket", [Comparison(0, EQUAL, family, 0)])
        for family in range(64)
        if family not in families
    ],
)
refusal = getattr(errno, unit["SystemCallErrorNumber"])
load(ERRNO | refusal, [(ALLOW, call, []) for call in calls])
os.execvp(command[0], command)
