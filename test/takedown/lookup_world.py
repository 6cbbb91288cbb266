#!/usr/bin/env python3
"""The registries of test/lookup/world.py, obeying lines from stdin, each answered with "ok". Prints "dns PORT", "web PORT", "whois PORT".

  place HOST IP               the host's only address from now on
  network IP MAIL NAME        who holds that address, and where abuse is reported
  site HOST MAIL              what its security.txt says; - takes it away"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lookup"))
from world import A, World, entity, network

w = World()
for h in ("rdap.test", "whois.test"):
    w.names[h] = [A("127.0.0.1")]
print(f"dns {w.dns}\nweb {w.web}\nwhois {w.whois}", flush=True)
for line in sys.stdin:
    word, *rest = line.split()
    if word == "place":
        w.names[rest[0]] = [A(rest[1])]
        w.rdap["/domain/" + rest[0]] = {"objectClassName": "domain", "entities": [entity("registrar", fn="Naam BV", inside=[entity("abuse", email="abuse@naam.test")])]}
    elif word == "network":
        w.rdap["/ip/" + rest[0]] = network(rest[0], rest[0], " ".join(rest[2:]), rest[1])
    elif word == "site":
        w.site[(rest[0], "/.well-known/security.txt")] = None if rest[1] == "-" else ("200 OK", "text/plain", f"Contact: mailto:{rest[1]}\nExpires: 2999-01-01T00:00:00Z\n".encode(), "")
    print("ok", flush=True)
