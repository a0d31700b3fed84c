#!/usr/bin/env python3
"""Boots like an Arista switch without a startup-config, and prints what it was given as JSON.

It speaks DHCP the way EOS 4.24 does in zero-touch provisioning: the frames and chaddr carry the
MAC of the port, option 61 is the system MAC as six raw bytes, option 60 begins with "Arista", and
option 55 is EOS's own list. It configures the address, fetches option 67 of the ACK with EOS's
header set, and leaves. Needs root, Linux and an interface nobody else cares for: run it inside a
network namespace.
"""

import argparse
import http.client
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from urllib.parse import urlsplit

DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
MAGIC_COOKIE = b"\x63\x82\x53\x63"
# As captured: mtu, netmask, broadcast, router, domain, dns, log server, hostname, 66, 67, 121.
PARAMETER_REQUEST_LIST = bytes([26, 1, 28, 3, 15, 6, 7, 12, 66, 67, 121])
RESEND_AFTER_S = 4  # RFC 2131, section 4.1
GIVE_UP_AFTER_S = 15  # EOS logs DHCPv4_QUERY_FAIL after this time
HTTP_TIMEOUT_S = 10


class Failure(Exception):
    """The switch got no further; the text says where."""


def mac_bytes(text):
    raw = bytes.fromhex(text.replace(":", ""))
    if len(raw) != 6:
        raise argparse.ArgumentTypeError(f"not a MAC address: {text}")
    return raw


def mac_text(raw):
    return ":".join(f"{byte:02x}" for byte in raw)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def option(code, value):
    return bytes([code, len(value)]) + value


def bootp_request(xid, port_mac, options):
    """A BOOTREQUEST without an address, flags 0: the answer may be unicast to the port's MAC."""
    header = struct.pack("!BBBBIHH", 1, 1, 6, 0, xid, 0, 0) + bytes(16)
    header += port_mac + bytes(10) + bytes(64) + bytes(128)
    body = header + MAGIC_COOKIE + b"".join(options) + b"\xff"
    return body + bytes(max(0, 300 - len(body)))  # BOOTP's minimum


def broadcast_frame(port_mac, payload):
    source, target = socket.inet_aton("0.0.0.0"), socket.inet_aton("255.255.255.255")
    udp_length = 8 + len(payload)
    pseudo = source + target + struct.pack("!BBH", 0, socket.IPPROTO_UDP, udp_length)
    udp = struct.pack("!HHHH", 68, 67, udp_length, 0)
    udp_sum = checksum(pseudo + udp + payload) or 0xFFFF
    udp = struct.pack("!HHHH", 68, 67, udp_length, udp_sum)
    ip = struct.pack(
        "!BBHHHBBH4s4s",
        0x45,
        0,
        20 + udp_length,
        0,
        0,
        64,
        socket.IPPROTO_UDP,
        0,
        source,
        target,
    )
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return b"\xff" * 6 + port_mac + struct.pack("!H", 0x0800) + ip + udp + payload


def reply_payload(frame):
    """The BOOTP part of a DHCP server's frame, or None for any other traffic."""
    if len(frame) < 42 or frame[12:14] != b"\x08\x00":
        return None
    ip = frame[14:]
    header_length = (ip[0] & 0x0F) * 4
    if ip[9] != socket.IPPROTO_UDP:
        return None
    udp = ip[header_length:]
    source_port, target_port, length = struct.unpack("!HHH", udp[:6])
    if (source_port, target_port) != (67, 68):
        return None
    return udp[8:length]


def parse_options(data):
    """Option code to bytes; an option in several pieces is joined (RFC 3396)."""
    options = {}
    at = 0
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        code, length = data[at], data[at + 1]
        options[code] = options.get(code, b"") + data[at + 2 : at + 2 + length]
        at += 2 + length
    return options


class Port:
    """The interface the switch asks on."""

    def __init__(self, interface):
        self.interface = interface
        self.socket = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)
        )
        self.socket.bind((interface, 0))
        self.mac = self.socket.getsockname()[4]

    def ask(self, xid, options, wanted):
        """Sends until a reply of one of the `wanted` types comes: (type, yiaddr, file, options)."""
        frame = broadcast_frame(self.mac, bootp_request(xid, self.mac, options))
        give_up_at = time.monotonic() + GIVE_UP_AFTER_S
        resend_at = 0.0
        while True:
            now = time.monotonic()
            if now >= give_up_at:
                raise Failure(f"no DHCP answer within {GIVE_UP_AFTER_S} s")
            if now >= resend_at:
                self.socket.send(frame)
                resend_at = now + RESEND_AFTER_S
            wait_s = min(resend_at, give_up_at) - now
            if not select.select([self.socket], [], [], wait_s)[0]:
                continue
            payload = reply_payload(self.socket.recv(65535))
            if payload is None or len(payload) < 240 or payload[0] != 2:
                continue
            if payload[4:8] != struct.pack("!I", xid) or payload[28:34] != self.mac:
                continue
            answer = parse_options(payload[240:])
            if 53 in answer and answer[53][0] in wanted:
                file_field = payload[108:236].split(b"\0", 1)[0]
                return answer[53][0], payload[16:20], file_field, answer


def lease_address(port, identity):
    xid = struct.unpack("!I", os.urandom(4))[0]
    _, offered, _, offer = port.ask(
        xid, [option(53, bytes([DISCOVER]))] + identity, {OFFER}
    )
    if 54 not in offer:
        raise Failure("the OFFER has no server identifier")
    chosen = [option(50, offered), option(54, offer[54])]
    kind, address, file_field, ack = port.ask(
        xid, [option(53, bytes([REQUEST]))] + chosen + identity, {ACK, NAK}
    )
    if kind == NAK:
        raise Failure("the server refused its own offer (NAK)")
    return address, file_field, ack


def configure(interface, address, netmask):
    prefix = bin(int.from_bytes(netmask, "big")).count("1")
    cidr = f"{socket.inet_ntoa(address)}/{prefix}"
    subprocess.run(["ip", "address", "flush", "dev", interface], check=True)
    subprocess.run(["ip", "address", "add", cidr, "dev", interface], check=True)


def fetch(url, identity_headers):
    """GETs the URL with the bytes EOS puts on the wire: no User-Agent, no Accept-Encoding."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    lines = [
        f"GET {parts.path or '/'} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept: */*",
    ]
    lines += [f"{name}: {value}" for name, value in identity_headers]
    with socket.create_connection((host, port), timeout=HTTP_TIMEOUT_S) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        response = http.client.HTTPResponse(connection, method="GET")
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
    return {"status": response.status, "headers": headers, "body": body.decode("utf-8")}


def boot(arguments):
    port = Port(arguments.interface)
    client_id = (
        arguments.system_mac if arguments.client_id is None else arguments.client_id
    )
    identity = [
        option(60, arguments.vendor_class.encode("ascii")),
        option(61, client_id),
        option(55, PARAMETER_REQUEST_LIST),
    ]
    address, file_field, ack = lease_address(port, identity)
    # RFC 2132, section 2: trailing NULs are to be deleted. dnsmasq sends one.
    bootfile = ack[67].rstrip(b"\0").decode("ascii") if 67 in ack else None
    result = {
        "chaddr": mac_text(port.mac),
        "address": socket.inet_ntoa(address),
        "bootfile": bootfile,
        "fileField": file_field.decode("ascii"),
        "options": {str(code): value.hex() for code, value in sorted(ack.items())},
        "http": None,
    }
    if bootfile is not None:
        configure(arguments.interface, address, ack[1])
        headers = [
            ("X-Arista-SystemMAC", mac_text(arguments.system_mac)),
            ("X-Arista-ModelName", arguments.model),
            ("X-Arista-SoftwareVersion", arguments.software_version),
            ("X-Arista-Architecture", arguments.architecture),
        ]
        result["http"] = fetch(bootfile, headers)
    return result


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--interface", required=True)
    parser.add_argument("--system-mac", required=True, type=mac_bytes)
    parser.add_argument("--vendor-class", default="Arista;vEOS", help="option 60")
    parser.add_argument(
        "--client-id",
        type=bytes.fromhex,
        help="option 61 in hex; default: the raw system MAC",
    )
    parser.add_argument("--model", default="vEOS")
    parser.add_argument("--software-version", default="4.24.0F")
    parser.add_argument("--architecture", default="i386")
    try:
        print(json.dumps(boot(parser.parse_args())))
    except (Failure, OSError, http.client.HTTPException) as error:
        sys.exit(f"eos-dhcp-client: {error or type(error).__name__}")


if __name__ == "__main__":
    main()
