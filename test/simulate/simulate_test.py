#!/usr/bin/env python3
"""A simulated year, small: what must hold does, whatever the crashes; the same seed is the same record. Use: simulate_test.py KETEN"""
import json, os, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
keten = sys.argv[1]
top = tempfile.mkdtemp(prefix="keten-simulate-test-")
os.chmod(top, 0o755)


def play(*args):
    done = subprocess.run([keten, "simulate", "--json", *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    try:
        return done.returncode, json.loads(done.stdout), done.stderr
    except ValueError:
        return done.returncode, {}, done.stdout + done.stderr


code, one, said = play("--seed", "7", "--cases", "120", "--crashes", "8")
check(code == 0 and one.get("ok"), "a year of 120 cases with eight crashes holds", json.dumps(one)[:2500] + said)
check(one.get("crashes") == 8, "the process was killed eight times between two writes", one.get("crashes"))
for hold in one.get("holds", []):
    check(hold["wrong"] == 0, hold["what"], hold)
looked = {h["what"].split(" (")[-1].rstrip(")"): h["looked_at"] for h in one.get("holds", [])}
for what in ("acknowledgements", "acts", "lapsed clocks", "person and case pairs", "erased cases", "inspector and filing pairs", "acts replayed", "files", "wraps"):
    check(looked.get(what, 0) > 0, f"and there was something to look at: {what}", looked)
did = {h["what"]: h["times"] - h["refused"] for h in one.get("happened", [])}
for what in ("report", "notice", "answer", "next step decided", "authority", "pause", "withdrawal", "erasure", "join with another case", "paste of many links", "due work"):
    check(did.get(what, 0) > 0, f"it happened in that year: {what}", did)

code, smooth, said = play("--seed", "7", "--cases", "60", "--crashes", "0")
code2, rough, said2 = play("--seed", "7", "--cases", "60", "--crashes", "5")
check(code == 0 and code2 == 0 and smooth["checkpoint"] != "" and smooth["checkpoint"] == rough["checkpoint"], "the same seed gives the same checkpoint, with crashes and without", said + said2)
code, other, said = play("--seed", "8", "--cases", "60", "--crashes", "0")
check(code == 0 and other.get("checkpoint") not in ("", smooth.get("checkpoint")), "another seed gives another", said)

data = os.path.join(top, "year")
code, kept, said = play("--seed", "9", "--cases", "20", "--crashes", "2", "--data", data)
fsck = subprocess.run([keten, "fsck", data], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200)
check(code == 0 and fsck.returncode == 0, "a year that is kept can be checked with the other commands", said + fsck.stdout + fsck.stderr)
code, _, said = play("--seed", "9", "--cases", "20", "--data", data)
check(code == 2, "a second year does not go on top of the first", said)
shutil.rmtree(top, ignore_errors=True)
check.end()
