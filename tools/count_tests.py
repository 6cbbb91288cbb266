#!/usr/bin/env python3
"""Counts statements (TAP lines) of a meson test log; a test that speaks no TAP, or dies, counts as one."""
import json, re, sys

passed = failed = 0
try:
    lines = open(sys.argv[1], encoding="utf-8", errors="replace").read().splitlines()
except OSError:
    print("0 1")
    sys.exit(0)
for line in lines:
    test = json.loads(line)
    out = test.get("stdout", "")
    ok, bad = len(re.findall(r"^ok ", out, re.M)), len(re.findall(r"^not ok ", out, re.M))
    whole = test.get("result") in ("OK", "EXPECTEDFAIL", "SKIP")
    if ok + bad == 0:
        ok, bad = (1, 0) if whole else (0, 1)
    elif not whole and bad == 0:
        bad = 1
    passed += ok
    failed += bad
print(passed, failed)
