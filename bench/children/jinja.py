"""Renders leaves with Jinja2: `jinja.py SITE`. A line `RENDERS` on the standard input is answered with microseconds a render, `text` with the
first configuration as JSON."""

import ipaddress
import json
import sys
import time

import jinja2


def ipaddr(value, query):
    """As much of Ansible's ipaddr as the template needs; the standard library's addresses are quicker than the netaddr that Ansible uses."""
    if query != "address":
        raise ValueError(query)
    return str(ipaddress.ip_interface(value).ip)


def hwaddr(value, query):
    if query != "cisco":
        raise ValueError(query)
    digits = value.replace(":", "").lower()
    return ".".join(digits[at : at + 4] for at in (0, 4, 8))


site = json.loads(sys.argv[1])
environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(site["templates"]),
    keep_trailing_newline=True,
    undefined=jinja2.StrictUndefined,
    auto_reload=False,
)
environment.filters.update(ipaddr=ipaddr, hwaddr=hwaddr)
template = environment.get_template(site["template"])
with open(site["inventory"]) as file:
    switches = list(json.load(file).values())

print(json.dumps({"python": sys.version.split()[0], "jinja2": jinja2.__version__}), flush=True)
for line in sys.stdin:
    if line.strip() == "text":
        print(json.dumps({"text": template.render(switches[0])}), flush=True)
        continue
    renders = int(line)
    size = 0
    start = time.perf_counter()
    for at in range(renders):
        size += len(template.render(switches[at % len(switches)]).encode())
    print(json.dumps({"us": (time.perf_counter() - start) * 1e6 / renders, "bytes": size}), flush=True)
