"""The watch against a labelled world: no false gone, and what is gone is found. Use: watch_test.py KETEN"""
import collections, json, os, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
keten, here = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
folder = tempfile.mkdtemp(prefix="keten-watch-")
world = subprocess.Popen([sys.executable, os.path.join(here, "world.py"), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
_, dns, n, langs = world.stdout.readline().split()
labels = json.load(open(os.path.join(folder, "labels.json")))
allow = open(os.path.join(folder, "allow")).read()
state = os.path.join(folder, "state")


def look(*more):
    r = subprocess.run([keten, "watch", "--json", "--state", state, "--resolver", f"127.0.0.1:{dns}", "--allow", allow, "--pause", "0", "--seconds", "6", os.path.join(folder, "urls"), *more], capture_output=True, text=True, timeout=200)
    rows = [json.loads(line) for line in r.stdout.splitlines()]
    return r, {row["url"]: row for row in rows}


r, first = look()
check(r.returncode == 1 and len(first) == int(n) == len(labels), f"{n} addresses in {langs} languages are looked at while they are online", r.stderr[-2000:])
wrong = [u for u, row in first.items() if row["verdict"] != ("unknown" if labels[u][0] in ("spa", "mirror") else "still_online")]
check(not wrong, "each is seen to be online; what gives every address the same is not known", [(labels[u], first[u]["verdict"], first[u]["why"]) for u in wrong][:10])
world.stdin.write("later\n")
world.stdin.flush()
world.stdout.readline()
began = time.monotonic()
r, second = look()
took = time.monotonic() - began
GONE = {"gone", "soft_404", "replaced", "parked"}
false = [u for u, row in second.items() if row["verdict"] in GONE and not labels[u][3]]
check(len(second) == int(n) and not false, f"time has passed: nothing that is not gone is called gone ({took:.1f} s)", [(labels[u][:2], second[u]["verdict"], second[u]["why"]) for u in false][:20])
removed = [u for u in labels if labels[u][3]]
found = [u for u in removed if second[u]["verdict"] in GONE]
check(len(found) >= 0.95 * len(removed), f"of {len(removed)} that are gone {len(found)} are found ({len(found) / len(removed):.3f})", [(labels[u][:2], second[u]["verdict"], second[u]["why"]) for u in removed if u not in found])
exact = [u for u in labels if second[u]["verdict"] == labels[u][2]]
miss = collections.Counter((labels[u][0], second[u]["verdict"], second[u]["why"]) for u in labels if second[u]["verdict"] != labels[u][2])
check(len(exact) >= 0.85 * len(labels), f"the very verdict is given for {len(exact)} of {len(labels)} ({len(exact) / len(labels):.3f})", miss.most_common(40))
for m in sorted(miss.items()):
    print("#", m)
check(not any(row["removal_proven"] for row in second.values()), "one look proves nothing: no removal is proven yet")

# ---- a day later: the same verdict, with nothing else between ----
lines = [json.loads(x) for x in open(state)]
for x in lines:
    x["since_ms"] -= 25 * 3600 * 1000
open(state, "w").writelines(json.dumps(x) + "\n" for x in lines)
r, third = look()
proven = [u for u, row in third.items() if row["removal_proven"]]
check(proven and all(labels[u][3] for u in proven) and len(proven) >= 0.95 * len(found), f"a day later {len(proven)} removals are proven, all of them true", [(labels[u], third[u]["verdict"]) for u in proven if not labels[u][3]])

# ---- from the record ----
bad = 0
for i, line in enumerate(open(state)):
    if i % 23:
        continue
    path = os.path.join(folder, "one.json")
    open(path, "w").write(line)
    bad += subprocess.run([keten, "watch", "--again", path], capture_output=True).returncode != 0
check(bad == 0, "from the facts that were kept each verdict is reached again")

# ---- manners ----
busy = next(u for u in labels if labels[u][0] == "remarks")
host = busy.split("/")[2].split(":")[0]
world.stdin.write(f"seen {host}\n")
world.stdin.flush()
world.stdout.readline()
open(os.path.join(folder, "many"), "w").writelines([busy + f"?{i}\n" for i in range(12)] + [u + "\n" for u in labels if labels[u][0] in ("same", "redesign")])
began = time.monotonic()
r = subprocess.Popen([keten, "watch", "--resolver", f"127.0.0.1:{dns}", "--allow", allow, "--pause", "150", "--host-at-once", "2", os.path.join(folder, "many")], stdout=subprocess.PIPE, text=True)
at = [(time.monotonic() - began, line) for line in r.stdout]
r.wait()
others = [t for t, line in at if host not in line]
crowd = [t for t, line in at if host in line]
world.stdin.write(f"seen {host}\n")
world.stdin.flush()
most, least = world.stdout.readline().split()
check(len(crowd) == 12 and len(others) == 32 and int(most) <= 2 and float(least) >= 0.060, f"a host gets at most two requests at a time, and a pause between two, but for what is lost on the way on a busy machine ({most}, {float(least) * 1000:.0f} ms)", (len(crowd), len(others)))
check(max(others) < max(crowd) / 2, f"a host with much to look at holds up nobody: the others were done after {max(others):.1f} s, it after {max(crowd):.1f} s")

# ---- wrong use ----
def said(*args, code=2):
    r = subprocess.run([keten, "watch", *args], capture_output=True, text=True, timeout=60)
    return r.returncode == code, r.stderr.strip()
for args, words in (([os.path.join(folder, "none")], "no file"), (["--state", os.path.join(folder, "labels.json"), "http://a.test/"], "not written by keten watch"), (["--again", os.path.join(folder, "urls")], "holds no facts")):
    good, text = said(*args)
    check(good and words in text, f"wrong use is told: {text[:90]}", text)
open(os.path.join(folder, "list"), "w").write("# a list\nhttp://a.watch.test/\nftp://b.test/\n")
good, text = said(os.path.join(folder, "list"))
check(good and "line 3" in text, f"a wrong line is named: {text[:90]}", text)
world.stdin.close()
world.wait(10)
check.end()
