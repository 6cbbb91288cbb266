#!/usr/bin/env python3
"""The real processes of a whole server: what each of them cannot do, and that the rest goes on when one of them dies.
Use: processes_test.py KETEN"""
import http.client, os, re, signal, sqlite3, subprocess, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap

check = Tap()
house = House(sys.argv[1])
SANITIZED = b"__asan_init" in open(os.path.join(house.bin, "keten-web"), "rb").read()


def children():
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(house.server.pid)], capture_output=True, text=True).stdout
    found = {}
    for line in out.splitlines():
        pid, args = line.split(None, 1)
        m = re.search(r"keten-\w+|nginx", args)
        found.setdefault(m.group(0) if m else args, []).append(int(pid))
    return found


def get(path):
    c = http.client.HTTPConnection("127.0.0.1", house.port, timeout=20)
    try:
        c.request("GET", path)
        r = c.getresponse()
        r.read()
        return r.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        c.close()


def until(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def as_owner(*args):
    """As the user the instance belongs to: the programs become it anyway."""
    return subprocess.run(args, capture_output=True, text=True, timeout=60)


def pss():
    total, parts = 0, {}
    for name, pids in children().items():
        for pid in pids:
            for p in [pid] + [int(x) for x in subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()]:
                try:
                    kb = int(re.search(r"^Pss:\s+(\d+)", open(f"/proc/{p}/smaps_rollup").read(), re.M).group(1))
                except (OSError, AttributeError):
                    return None, {}
                parts[name] = parts.get(name, 0) + kb
                total += kb
    return total, parts


r = house.init("--org", "Meldpunt Test", "--demo")
check(r.returncode == 0, "an instance is made", r.stdout + r.stderr)

# ---- each real program, behind its real sandbox, tries what it must not be able to do ----
for program, things in {
    "keys": "tcp udp unix listen open write exec fork signal trace mount",
    "media": "tcp udp unix listen open write exec signal mount",
    "fetch": "unix listen open write exec mount",
    "jobs": "tcp udp listen open write exec fork signal trace mount",
    "gate": "tcp udp unix listen open write exec fork signal trace mount",
    "watch": "tcp udp listen open write exec fork signal trace mount",
    "web": "tcp udp listen open write exec fork signal trace mount",
}.items():
    for thing in things.split():
        if SANITIZED and (thing in ("trace", "signal") or (thing == "fork" and program in ("jobs", "watch", "web"))):
            continue  # the sanitizer's own leak check needs these; plain builds are held to them
        r = as_owner(os.path.join(house.bin, "keten-" + program), "--data", house.data, "--sandbox-test", thing)
        killed = r.returncode == -signal.SIGSYS and r.stdout == "tried\n"
        refused = r.returncode == 0 and r.stdout == "tried\nrefused\n"
        check(killed or refused, f"keten-{program} cannot: {thing} ({'killed' if killed else 'refused'})", (r.returncode, r.stdout, r.stderr))
r = as_owner(os.path.join(house.bin, "keten-fetch"), "--data", house.data, "--sandbox-test", "tcp")
check(r.returncode == 1 and "happened" in r.stdout, "keten-fetch can reach out: the tries above do try something", r.stderr)
r = as_owner(os.path.join(house.bin, "keten-web"), "--data", house.data, "--sandbox-test", "unix")
check(r.returncode == 1 and "happened" in r.stdout, "and keten-web can ask its neighbours", r.stderr)

# ---- a key that is not this instance's ----
path = os.path.join(house.data, "storage.key")
right = open(path, "rb").read()
os.chmod(path, 0o600)
open(path, "wb").write(bytes(32))
r = house.keten("serve", "--data", house.data)
check(r.returncode == 3 and "storage.key is not the key this instance was made with" in r.stderr, "with a wrong storage key nothing starts, and it says why", r.stdout + r.stderr)
r = house.keten("serve", "--check", "--data", house.data)
check(r.returncode == 1 and "BAD  keys fit the record" in r.stdout, "--check finds it too", r.stdout + r.stderr)
open(path, "wb").write(right)
os.chmod(path, 0o400)

# ---- the whole ----
began = time.monotonic()
check(house.start(), f"the whole server starts ({time.monotonic() - began:.2f} s)", house.logged()[-3000:])
all_of = children()
check({k: len(v) for k, v in all_of.items()} == {"keten-keys": 1, "keten-media": 1, "keten-fetch": 1, "keten-jobs": 1, "keten-watch": 1, "keten-gate": 1, "keten-web": 2, "nginx": 1}, "every process runs", all_of)
for name in ("keten-keys", "keten-media", "keten-fetch", "keten-jobs", "keten-watch", "keten-gate", "keten-web"):
    until(10, lambda: "\nSeccomp:\t2\n" in open(f"/proc/{all_of[name][0]}/status").read())
    state = open(f"/proc/{all_of[name][0]}/status").read()
    uids = set(re.search(r"^Uid:\s+(.*)$", state, re.M).group(1).split())
    check("\nSeccomp:\t2\n" in state and "\nNoNewPrivs:\t1\n" in state and "0" not in uids, f"{name} runs filtered, without privileges, not as root", state)
check(until(10, lambda: get("/") == 200), "a page comes", house.logged()[-3000:])
check(until(30, lambda: sqlite3.connect(f"file:{house.data}/keten.db?mode=ro", uri=True).execute("SELECT count(*) FROM checkpoint").fetchone()[0] > 0), "jobs has the ledger's first checkpoint signed by keys", house.logged()[-3000:])
note = sqlite3.connect(f"file:{house.data}/keten.db?mode=ro", uri=True).execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()[0]
note = note.decode() if isinstance(note, bytes) else note
check(note.startswith("localhost/keten\n"), "under the name that follows from the address", note)
if not SANITIZED:
    if pss()[0] is not None:
        check(until(30, lambda: (pss()[0] or 1 << 30) < 56 * 1024), f"with nothing to do, all of them together hold {(pss()[0] or 0) / 1024:.1f} MB", pss())

for name in ("keten-keys", "keten-media", "keten-fetch", "keten-jobs", "keten-watch", "keten-gate"):
    old = children()[name][0]
    os.kill(old, signal.SIGKILL)
    check(until(10, lambda: children().get(name, [old]) != [old]) and until(10, lambda: get("/") == 200), f"{name} killed: started again, and pages come")
db = sqlite3.connect(f"{house.data}/keten.db", timeout=10)
db.execute("INSERT INTO job(id, kind, subject, due_ms, made_ms) VALUES(randomblob(16), 'no.such.work', randomblob(16), 1, 1)")
db.commit()
check(until(15, lambda: db.execute("SELECT state, last_error FROM job WHERE kind='no.such.work'").fetchone() == ("stuck", "this version knows no such work")), "work that nobody knows is set aside, and says why", house.logged()[-2000:])
db.close()
log = house.logged()
check("event=bug" not in log and "level=bug" not in log and "ERROR: AddressSanitizer" not in log, "and nobody broke down meanwhile", log[-3000:])
check(house.stop() == 0, "all stop in order")
check("event=stop" in house.logged(), "and say so")
check.end()
