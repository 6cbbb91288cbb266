#!/usr/bin/env python3
"""A list of so many hashes through the feed to a platform's bank, and all of them withdrawn at once: by the feed of our own and over the StopNCII protocol. Figures are printed.
Use: soak.py KETEN FEED_FILL [HASHES]"""
import json, os, re, subprocess, sys, time, urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap
from visit import Visitor

KETEN, FILL, N = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1000000
check = Tap()
house = House(KETEN, idle=("fetch", "gate", "media", "watch"), extra=("feed",))
BASE = f"http://127.0.0.1:{house.port}"
NOBODY = dict(user=65534, group=65534, extra_groups=[]) if os.geteuid() == 0 else {}


def fill(*args):
    began = time.monotonic()
    subprocess.run([FILL, house.data, *map(str, args)], check=True, timeout=7200, **NOBODY)
    return time.monotonic() - began


def ask(path, **query):
    url = BASE + path + ("?" + "&".join(f"{k}={x}" for k, x in query.items()) if query else "")
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": "Bearer " + key}), timeout=120) as r:
        return json.load(r)


def grown(size):
    began = time.monotonic()
    while ask("/api/v1/feed")["size"] < size and time.monotonic() - began < 3600:
        time.sleep(0.5)
    return ask("/api/v1/feed")["size"] >= size


def take_over():
    began = time.monotonic()
    r = house.keten("bank", "follow", BASE, "--bank", bank, "--key", key_file, "--state", os.path.join(house.top, "state"), timeout=7200)
    return r.returncode, r.stdout.strip() + (" " + r.stderr[-300:].strip() if r.returncode else ""), time.monotonic() - began


def fetched():
    """The StopNCII protocol to its end: how many of each status, and pages."""
    seen, pages, token, start, began = {}, 0, "", 11, time.monotonic()
    while True:
        j = ask("/api/stopncii/adult/FetchHashes", startTimestamp=start, pageSize=1000, **({"nextPageToken": token} if token else {}))
        pages += 1
        for r in j["hashRecords"]:
            seen[r["hashStatus"]] = seen.get(r["hashStatus"], 0) + 1
        token = j["nextPageToken"]
        if not j["hasMoreRecords"]:
            return seen, pages, time.monotonic() - began


assert house.run_demo(), house.logged()[-2000:]
v = Visitor(house.port, "en")
v.get(house.links()["beheer"])
v.send(house.links()["beheer"])
v.get("/admin/subscribers/new")
v.send("/admin/subscribers/new", code="platform.example", scopes=["fetch"], lists=["people", "others"], kinds=["pdq"], per_minute="100000", per_second="1000")
key = re.search(r"ks_[A-Za-z0-9_-]{43}", v.text).group(0)
key_file, bank = os.path.join(house.top, "key"), os.path.join(house.top, "theirs")
with open(key_file, "w") as f:
    f.write(key)
assert house.keten("bank", "make", "--bank", bank).returncode == 0
took = fill("add", 0, N, "adult", "sister.example")
check(grown(N), f"{N} hashes stand in the list ({took:.0f} s of acts)")
code, said, took = take_over()
check(code == 0 and said.startswith(f"{N} added"), f"a platform's bank has them all after {took:.0f} s ({said})", said)
seen, pages, took = fetched()
check(seen == {"Active": N}, f"over the StopNCII protocol they come in {pages} pages, {took:.0f} s", seen)
took = fill("withdraw", 1, N)
check(grown(2 * N), f"all are withdrawn at once ({took:.0f} s of acts)")
code, said, took = take_over()
check(code == 0 and f", {N} withdrawn," in said, f"the platform's bank has none of them any more after {took:.0f} s ({said})", said)
stats = house.keten("bank", "export", "--bank", bank, timeout=600).stdout.count("\n") - 1
check(stats == 0, "nothing of it is in force", stats)
seen, pages, took = fetched()
check(seen == {"Withdrawn": N}, f"and whoever goes on over the StopNCII protocol hears of each, in {pages} pages, {took:.0f} s", seen)
check(house.stop() == 0, "the server stops")
check.end()
