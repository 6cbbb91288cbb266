#!/usr/bin/env python3
"""Walks every #include. An include points down or stays on its own floor; steps do not include each other;
foundation knows no word of the floors above; a rules file of a step knows neither SQL nor pages."""
import os, re, sys

FLOORS = {"foundation": 0, "core": 1, "steps": 2, "programs": 3}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
bad = []
seen = 0

for floor in FLOORS:
    for folder, _, names in os.walk(floor):
        for name in sorted(names):
            if not name.endswith((".c", ".h")):
                continue
            path = os.path.join(folder, name)
            for number, line in enumerate(open(path, encoding="utf-8"), 1):
                m = INCLUDE.match(line)
                if not m:
                    continue
                seen += 1
                to = m.group(1)
                where = f"{path}:{number}: {to}"
                top = to.split("/")[0]
                if "/" not in to:  # made at build time, or the .c beside its test
                    if os.path.exists(os.path.join(folder, to)) and not name.endswith(("_test.c", "_fuzz.c")):
                        bad.append(f"{where}: write the path from the root")
                    continue
                if to.startswith(".") or "/../" in to:
                    bad.append(f"{where}: climbs out of its folder")
                    continue
                if top not in FLOORS:
                    continue
                if FLOORS[top] > FLOORS[floor]:
                    bad.append(f"{where}: climbs from {floor} to {top}")
                here_room, there_room = path.split("/")[1], to.split("/")[1]
                test = name.endswith(("_test.c", "_fuzz.c"))
                if floor == "core" and here_room == "fingerprint" and top == "core" and there_room != "fingerprint":
                    bad.append(f"{where}: the fingerprint stands on foundation alone; it is built for the browser too")
                if floor == "core" and here_room == "fingerprint" and not test and top == "foundation" and there_room != "base":
                    bad.append(f"{where}: the fingerprint has no I/O")
                if floor == "steps" and top == "steps" and here_room != there_room:
                    bad.append(f"{where}: one step includes another; they meet in core/")
                if to.endswith("_in.h") and os.path.dirname(to) != folder:
                    bad.append(f"{where}: a private header of another room")
                if to.endswith("_store.h") and not test and os.path.dirname(to) != folder:
                    bad.append(f"{where}: another room's store")
                if to.endswith(".c") and not test:
                    bad.append(f"{where}: only a test includes a .c")
print(f"# {seen} includes")
for line in bad:
    print(line)
sys.exit(1 if bad else 0)
