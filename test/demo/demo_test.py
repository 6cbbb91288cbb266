#!/usr/bin/env python3
"""The letter's case, played on real local services. Use: demo_test.py KETEN
Every step of the demonstration is a statement here; afterwards the record must be whole and the dossier check out."""
import os, re, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap

check = Tap()
house = House(sys.argv[1], extra=("demo",))
said = subprocess.run([house.keten_path, "demo", "--data", house.data, "--no-serve", "--port", str(house.port)], stdin=subprocess.DEVNULL,
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=400)
for line in said.stdout.splitlines():
    m = re.match(r"(ok  |FAIL) +\d+  (.*)", line)
    if m:
        check(m.group(1) == "ok  ", m.group(2), said.stdout[-2500:])
check(said.returncode == 0, "the demonstration ends with 0 when every step held", said.stdout[-2500:])
fsck = house.keten("fsck", house.data)
check(fsck.returncode == 0, "afterwards the record is whole: state is the fold of the acts, files and keys are there", fsck.stdout + fsck.stderr)
dossier = os.path.join(house.data, "dossier.zip")
verify = house.keten("dossier", "verify", dossier)
check(verify.returncode == 0, "the dossier that the authority downloaded checks out", verify.stdout + verify.stderr)
with open(dossier, "rb") as f:
    whole = bytearray(f.read())
whole[len(whole) // 2] ^= 1
with open(dossier, "wb") as f:
    f.write(whole)
check(house.keten("dossier", "verify", dossier).returncode == 1, "with one byte changed in the middle it does not")
one = house.keten("account", "2026", "--data", house.data)
two = house.keten("account", "2026", "--data", house.data)
check(one.returncode == 0 and len(one.stdout) > 500 and one.stdout == two.stdout, "the account of the year is the same bytes twice")
again = house.keten("demo", "--data", house.data, "--no-serve")
check(again.returncode not in (0, 1), "a second demonstration does not overwrite the first", again.stdout + again.stderr)
check.end()
